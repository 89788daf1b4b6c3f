/** RRsets: sets of records of one owner and type, compared as RFC 2136 compares RDATA. */
import t from 'tap'
import { RrType } from '../../src/wire/codes.ts'
import {
  hasRdata,
  MAX_RRSET_LENGTH,
  rrsetLength,
  sameRdatas,
  withoutRdata,
  withRdata,
  type Rrset,
} from '../../src/zone/rrset.ts'
import { hex, wireName } from '../support/messages.ts'
import { A, ipv4, NS, TXT } from '../support/records.ts'

const [ONE, TWO, THREE] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(ipv4) as [
  Buffer,
  Buffer,
  Buffer,
]

const PAIR: Rrset = { type: A, ttl: 300, rdatas: [ONE, TWO] }

t.test('RFC 2181 §5 a set has each record once', async (t) => {
  t.same(withRdata(PAIR, A, 300, THREE).rdatas, [ONE, TWO, THREE])
  t.same(withRdata(PAIR, A, 300, Buffer.from(ONE)).rdatas, [TWO, ONE])
  t.same(PAIR.rdatas, [ONE, TWO], 'the set it was made from stays')
})

t.test('RFC 2181 §5.2 a record brings its TTL to the whole set', async (t) => {
  t.equal(withRdata(PAIR, A, 60, THREE).ttl, 60)
  t.equal(withRdata(PAIR, A, 600, ONE).ttl, 600)
  t.same(withRdata(undefined, A, 60, ONE), { type: A, ttl: 60, rdatas: [ONE] })
})

t.test(
  'RFC 2136 §1.1.1 names in RDATA are equal in any case, and the last spelling stays',
  async (t) => {
    const lower = wireName('ns1.example.')
    const upper = wireName('NS1.Example.')
    const set = withRdata(undefined, NS, 60, lower)
    t.ok(hasRdata(set, upper))
    t.same(withRdata(set, NS, 60, upper).rdatas, [upper])
    t.equal(withoutRdata(set, upper), undefined)
    const text: Rrset = { type: TXT, ttl: 60, rdatas: [hex('0161')] }
    t.notOk(hasRdata(text, hex('0141')), 'but text is not')
    t.same(withRdata(text, TXT, 60, hex('0141')).rdatas, [hex('0161'), hex('0141')])
  },
)

t.test('a record is taken out of a set; without any left there is no set', async (t) => {
  t.same(withoutRdata(PAIR, ONE), { type: A, ttl: 300, rdatas: [TWO] })
  t.same(withoutRdata(PAIR, THREE), PAIR, 'one that is not there leaves all')
  t.equal(withoutRdata({ ...PAIR, rdatas: [ONE] }, ONE), undefined)
  t.same(PAIR.rdatas, [ONE, TWO], 'the set it was made from stays')
})

t.test('RFC 2136 §2.4.2 sets are compared without regard to order', async (t) => {
  t.ok(sameRdatas(A, [ONE, TWO, THREE], [THREE, ONE, TWO]))
  t.ok(sameRdatas(A, [], []))
  t.notOk(sameRdatas(A, [ONE, TWO], [ONE, THREE]))
  t.notOk(sameRdatas(A, [ONE], [ONE, TWO]), 'a part of the other')
  t.notOk(sameRdatas(A, [ONE, TWO], [ONE]), 'more than the other')
  t.ok(sameRdatas(NS, [wireName('A.x.')], [wireName('a.X.')]))
  t.notOk(sameRdatas(RrType.TXT, [hex('0141')], [hex('0161')]))
})

t.test(
  'RFC 1035 §4.2.2 a set is measured with what each record needs around its RDATA',
  async (t) => {
    t.equal(rrsetLength(PAIR), 2 * (4 + 12))
    t.equal(rrsetLength({ type: TXT, ttl: 0, rdatas: [Buffer.alloc(0)] }), 12)
    // The owner, question and TSIG of the message have what is left of 65535.
    t.ok(MAX_RRSET_LENGTH + 12 + 255 + 4 + 255 < 65_535)
  },
)
