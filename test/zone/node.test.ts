/** Nodes: changed by making new ones, and kept as octets. */
import t from 'tap'
import { RrType, rrTypeOf } from '../../src/wire/codes.ts'
import {
  decodeNode,
  encodeNode,
  excludesCname,
  findRrset,
  keepRrsets,
  withRrset,
  type Node,
} from '../../src/zone/node.ts'
import { hex } from '../support/messages.ts'
import { a, A, named, nodeLines, nodeOf, NS, ns, TXT, txt } from '../support/records.ts'

const NODE = nodeOf(a('w.x.', '192.0.2.1'), a('w.x.', '192.0.2.2'), txt('w.x.', 'hi', 60))

t.test('an RRset is found by its type', async (t) => {
  t.equal(findRrset(NODE, TXT)?.ttl, 60)
  t.equal(findRrset(NODE, NS), undefined)
  t.equal(findRrset(undefined, A), undefined)
})

t.test('an RRset takes the place of the one of its type, in a node of its own', async (t) => {
  const before = nodeLines(NODE)
  const ttl60 = { type: A, ttl: 60, rdatas: [hex('c0000203')] }
  const changed = withRrset(NODE, named('W.X.'), ttl60)
  t.same(nodeLines(changed).sort(), ['w.x. 60 1 c0000203', 'w.x. 60 16 026869'])
  t.same(nodeLines(NODE), before, 'the node stays as it was')
  const more = withRrset(NODE, named('w.x.'), { type: NS, ttl: 1, rdatas: [hex('00')] })
  t.equal(more.rrsets.length, 3)
  const made = withRrset(undefined, named('N.x.'), ttl60)
  t.same(nodeLines(made), ['N.x. 60 1 c0000203'], 'a node that was not there is spelled as given')
})

t.test('a node with no RRset left is none', async (t) => {
  t.same(nodeLines(keepRrsets(NODE, ({ type }) => type !== A)), ['w.x. 60 16 026869'])
  t.equal(
    keepRrsets(NODE, () => false),
    undefined,
  )
  t.same(
    keepRrsets(NODE, () => true),
    NODE,
  )
})

t.test('RFC 4035 §2.5, RFC 2181 §10.1 what may stand beside a CNAME', async (t) => {
  for (const type of [RrType.RRSIG, RrType.NSEC, RrType.SIG, RrType.NXT, RrType.KEY]) {
    t.notOk(excludesCname(type), `TYPE${type}`)
  }
  t.notOk(excludesCname(RrType.CNAME), 'a CNAME itself')
  for (const type of [A, NS, TXT, RrType.DNAME, RrType.DS, RrType.NSEC3, rrTypeOf(65_280)]) {
    t.ok(excludesCname(type), `TYPE${type}`)
  }
})

t.test(
  'a node is kept as its owner and its RRsets, each length before what it counts',
  async (t) => {
    const node: Node = {
      owner: named('W.x.'),
      rrsets: [
        { type: A, ttl: 0x7fff_ffff, rdatas: [hex('c0000201'), hex('c0000202')] },
        { type: rrTypeOf(65_280), ttl: 0, rdatas: [hex('')] },
      ],
    }
    const octets = Buffer.concat([
      hex('05 0157 0178 00'),
      hex('0002'),
      hex('0001 7fffffff 0002'),
      hex('0004 c0000201 0004 c0000202'),
      hex('ff00 00000000 0001'),
      hex('0000'),
    ])
    t.same(encodeNode(node), octets)
    t.same(nodeLines(decodeNode(octets)), nodeLines(node))
  },
)

t.test('a node of extremes comes back as it was', async (t) => {
  const owner = named(`${['a', 'b', 'c'].map((c) => c.repeat(63)).join('.')}.${'d'.repeat(61)}.`)
  t.equal(owner.length, 255)
  const node: Node = {
    owner,
    rrsets: [
      { type: rrTypeOf(65_535), ttl: 0x7fff_ffff, rdatas: [Buffer.alloc(65_535, 0xff)] },
      { type: rrTypeOf(65_280), ttl: 0, rdatas: [Buffer.alloc(0)] },
      {
        type: A,
        ttl: 1,
        rdatas: Array.from({ length: 4000 }, (_, i) => hex('0a00').fill(i & 255)),
      },
    ],
  }
  t.same(nodeLines(decodeNode(encodeNode(node))), nodeLines(node))
  const root = nodeOf(ns('.', 'a.root-servers.net.'))
  t.same(nodeLines(decodeNode(encodeNode(root))), nodeLines(root))
})
