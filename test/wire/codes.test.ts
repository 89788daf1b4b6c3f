/** `wire/codes.ts`: octets in, octets out. */
import t from 'tap'
import {
  isMetaType,
  Rcode,
  rcodeName,
  RrClass,
  rrClassName,
  rrClassOf,
  RrType,
  rrTypeFromName,
  rrTypeName,
  rrTypeOf,
} from '../../src/wire/codes.ts'

t.test(
  'RFC 1035 §3.2.2, RFC 3597 §5 a type is shown by its mnemonic, or as TYPE and its number',
  async (t) => {
    t.equal(rrTypeName(RrType.AAAA), 'AAAA')
    t.equal(rrTypeName(rrTypeOf(65280)), 'TYPE65280')
  },
)

t.test('RFC 3597 §5 a type is read from its mnemonic or number, in any case', async (t) => {
  t.equal(rrTypeFromName('https'), RrType.HTTPS)
  t.equal(rrTypeFromName('Type65'), RrType.HTTPS)
  t.equal(rrTypeFromName('TYPE65535'), 65535)
  for (const text of ['', 'TYPE', 'TYPE65536', 'TYPE123456', 'TYPE-1', 'NOPE', 'toString']) {
    t.equal(rrTypeFromName(text), undefined, `'${text}' is no type`)
  }
})

t.test('RFC 3597 §5 a class is shown by its mnemonic, or as CLASS and its number', async (t) => {
  t.equal(rrClassName(RrClass.NONE), 'NONE')
  t.equal(rrClassName(rrClassOf(32)), 'CLASS32')
})

t.test('RFC 2136 §2.2 an rcode is shown by its mnemonic, or as RCODE and its number', async (t) => {
  t.equal(rcodeName(Rcode.NXRRSET), 'NXRRSET')
  // A number that came in a message may be any.
  t.equal(rcodeName(24 as Rcode), 'RCODE24')
})

t.test('RFC 6895 §3.1 meta types and query types are never data', async (t) => {
  for (const type of [0, 41, 128, 249, 250, 251, 252, 255]) {
    t.ok(isMetaType(rrTypeOf(type)), rrTypeName(rrTypeOf(type)))
  }
  for (const type of [1, 40, 42, 127, 256, 65535]) {
    t.notOk(isMetaType(rrTypeOf(type)), rrTypeName(rrTypeOf(type)))
  }
})
