/** `wire/name.ts`: octets in, octets out. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import {
  copyName,
  endOfName,
  foldedName,
  foldOctet,
  isAtOrBelow,
  joinNames,
  labelCount,
  labelsOf,
  lowerCaseName,
  nameAt,
  nameEquals,
  nameFromLabels,
  parentOf,
  rootName,
  suffixOf,
  wildcardBelow,
  type Name,
} from '../../src/wire/name.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const named = (...labels: string[]): Name => {
  const name = nameFromLabels(labels.map((label) => Buffer.from(label, 'latin1')))
  if (name === undefined) throw new Error('no name')
  return name
}

const shown = (name: Uint8Array | undefined): string | undefined => name && toHex(name)

// Offset 0: example. / 9: www and a pointer to it / 15: a pointer to that
const PACKET = hex('07 6578616d706c65 00 03 777777 c000 c009')

t.test('RFC 1035 §4.1.4 pointers are followed to a whole name', async (t) => {
  t.equal(shown(nameAt(PACKET, 0)), shown(named('example')))
  t.equal(shown(nameAt(PACKET, 9)), shown(named('www', 'example')))
  t.equal(shown(nameAt(PACKET, 15)), shown(named('www', 'example')))
})

t.test(
  'RFC 1035 §4.1.4 a name ends after its own labels, or after its first pointer',
  async (t) => {
    t.equal(endOfName(PACKET, 0), 9)
    t.equal(endOfName(PACKET, 9), 15)
    t.equal(endOfName(PACKET, 15), 17)
  },
)

t.test('RFC 1035 §4.1.4 a pointer must lead backwards', async (t) => {
  t.equal(nameAt(hex('c000'), 0), undefined, 'to itself')
  t.equal(nameAt(hex('c002 00'), 0), undefined, 'forwards')
  // a label, then a pointer back to that label
  t.equal(nameAt(hex('01 61 c000'), 0), undefined, 'into the name that it ends')
  // at 4 a pointer to 0, and there a pointer to 2, which again leads to 0
  t.equal(nameAt(hex('c002 c000 c000'), 4), undefined, 'in a circle')
})

t.test('RFC 1035 §4.1.4 a chain of more pointers than a name has labels is no name', async (t) => {
  const chain = (pointers: number): Buffer => {
    const packet = Buffer.alloc(1 + pointers * 2)
    for (let i = 0; i < pointers; i++) {
      packet.writeUInt16BE(0xc000 | (i === 0 ? 0 : i * 2 - 1), 1 + i * 2)
    }
    return packet
  }
  t.equal(shown(nameAt(chain(127), 127 * 2 - 1)), '00')
  t.equal(nameAt(chain(128), 128 * 2 - 1), undefined)
})

t.test('RFC 3597 §4 pointers can be forbidden', async (t) => {
  t.equal(nameAt(PACKET, 9, 'forbid'), undefined)
  t.equal(shown(nameAt(PACKET, 0, 'forbid')), shown(named('example')))
})

t.test('RFC 1035 §3.1 octets that run out are no name', async (t) => {
  for (const cut of ['', '01', '01 61', '02 61', 'c0', '01 61 c0']) {
    t.equal(nameAt(hex(cut), 0), undefined, cut)
  }
  for (const cut of ['', '01', '01 61', 'c0', '01 61 c0']) {
    t.equal(endOfName(hex(cut), 0), -1, cut)
  }
})

t.test('RFC 6891 §5 the label types 01 and 10 are not in use', async (t) => {
  for (const first of ['40', '41', '80', 'bf']) {
    t.equal(nameAt(hex(first + '00'.repeat(300)), 0), undefined, first)
    t.equal(endOfName(hex(first + '00'.repeat(300)), 0), -1, first)
  }
})

t.test('RFC 1035 §2.3.4 a name has 255 octets at most, a label 63', async (t) => {
  const longest = named(...Array.from({ length: 127 }, () => 'a'))
  t.equal(longest.length, 255)
  t.equal(shown(nameAt(longest, 0)), shown(longest))
  t.equal(nameAt(Buffer.concat([hex('01 61'), longest]), 0), undefined)
  const label = (length: number): Buffer => Buffer.alloc(length, 'a')
  t.equal(nameFromLabels(Array.from({ length: 128 }, () => label(1))), undefined)
  t.equal(nameFromLabels([label(63), label(63), label(63), label(61)])?.length, 255)
  t.equal(nameFromLabels([label(63), label(63), label(63), label(62)]), undefined)
  t.equal(nameFromLabels([label(64)]), undefined)
  t.equal(nameFromLabels([label(0)]), undefined, 'an empty label is the root alone')
})

t.test('a name comes apart into labels and goes together again', async (t) => {
  const name = named('a', 'bc', 'def')
  t.same(
    labelsOf(name).map((label) => Buffer.from(label).toString()),
    ['a', 'bc', 'def'],
  )
  t.same(labelsOf(rootName), [])
  t.equal(shown(nameFromLabels(labelsOf(name))), shown(name))
  t.equal(shown(nameFromLabels([])), '00')
})

t.test('RFC 4034 §3.1.3 the root does not count as a label', async (t) => {
  t.equal(labelCount(rootName), 0)
  t.equal(labelCount(named('*', 'example')), 2)
})

t.test('a parent lacks the leftmost label, and the root is its own parent', async (t) => {
  t.equal(shown(parentOf(named('www', 'example'))), shown(named('example')))
  t.equal(parentOf(rootName), rootName)
})

t.test('a suffix has as many labels as asked for', async (t) => {
  const name = named('a', 'b', 'c')
  t.equal(shown(suffixOf(name, 2)), shown(named('b', 'c')))
  t.equal(suffixOf(name, 3), name)
  t.equal(shown(suffixOf(name, 0)), '00')
})

t.test('RFC 6672 §2.2 a prefix and a suffix join unless that is too long', async (t) => {
  t.equal(shown(joinNames(hex('01 61'), named('b'))), shown(named('a', 'b')))
  const long = named(...Array.from({ length: 127 }, () => 'a'))
  t.equal(joinNames(hex('01 61'), long), undefined)
})

t.test('RFC 4592 §2.1.1 a wildcard stands one label below', async (t) => {
  t.equal(shown(wildcardBelow(named('example'))), shown(named('*', 'example')))
  t.equal(wildcardBelow(named(...Array.from({ length: 127 }, () => 'a'))), undefined)
})

t.test('RFC 4343 §3 names compare without ASCII case, and other octets as they are', async (t) => {
  t.ok(nameEquals(named('WWW', 'Example'), named('www', 'eXAMPLE')))
  t.notOk(nameEquals(named('a'), named('b')))
  t.notOk(nameEquals(named('a'), named('aa')))
  t.notOk(nameEquals(named('\u00c4'), named('\u00e4')), 'A and a with dots, in Latin-1')
  t.notOk(nameEquals(named('['), named('{')), 'beside the letters')
  t.equal(foldOctet(0x40), 0x40)
  t.equal(foldOctet(0x41), 0x61)
  t.equal(foldOctet(0x5a), 0x7a)
  t.equal(foldOctet(0x5b), 0x5b)
})

t.test('RFC 4034 §6.2 the lower case form keeps its lengths, and is the key in maps', async (t) => {
  t.equal(shown(lowerCaseName(named('WwW', 'EX'))), shown(named('www', 'ex')))
  t.equal(foldedName(named('WwW')), foldedName(named('www')))
  t.not(foldedName(named('a', 'b')), foldedName(named('a.b')))
})

t.test('RFC 1034 §3.1 a name is at or below another label by label', async (t) => {
  t.ok(isAtOrBelow(named('a', 'example'), named('EXAMPLE')))
  t.ok(isAtOrBelow(named('example'), named('example')))
  t.ok(isAtOrBelow(named('example'), rootName))
  t.notOk(isAtOrBelow(named('example'), named('a', 'example')))
  t.notOk(isAtOrBelow(named('myexample'), named('example')), 'not by letters')
  t.notOk(isAtOrBelow(named('a', 'other'), named('example')))
  // The label \007example holds the octets of the name example. without being it.
  t.notOk(isAtOrBelow(named('a\u0007example'), named('example')))
})

t.test('a copied name outlives the packet that it came from', async (t) => {
  const packet = Buffer.from(named('example'))
  // The octets are a whole name already.
  const copy = copyName(packet as Uint8Array as Name)
  packet.fill(0xff)
  t.equal(shown(copy), shown(named('example')))
})
