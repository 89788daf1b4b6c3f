/** RFC 2136 §3.4.1: the update section is scanned whole before anything is changed. */
import t from 'tap'
import { rr } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import {
  add,
  Class,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  ipv4,
  nothing,
  txt,
  Type,
} from '../support/updates.ts'

const A = ipv4('192.0.2.1')
const WWW = 'www.dyn.example.'

const rcode = async (...changes: readonly Buffer[]): Promise<string> => {
  const effect = await effectOf(new TestService(), [], changes)
  const isUntouched = effect.serial === 10 && effect.gone.length + effect.came.length === 0
  return effect.rcode === 'NOERROR' || isUntouched ? effect.rcode : 'half done'
}

/** RFC 6895 §3.1: QTYPEs and Meta-TYPEs; OPT and TSIG have their own place in a message. */
const META = [0, 128, Type.TKEY, Type.IXFR, Type.AXFR, Type.MAILB, Type.MAILA]

t.test('RFC 2136 §3.4.1.1 a change outside the zone is NOTZONE in every form', async (t) => {
  for (const owner of [
    'example.',
    '.',
    'www.other.example.',
    'mydyn.example.',
    'dyn.example.net.',
  ]) {
    t.equal(await rcode(add(owner, Type.A, 60, A)), 'NOTZONE', `add, ${owner}`)
    t.equal(await rcode(deleteRrset(owner, Type.A)), 'NOTZONE', `delete RRset, ${owner}`)
    t.equal(await rcode(deleteName(owner)), 'NOTZONE', `delete name, ${owner}`)
    t.equal(await rcode(deleteRecord(owner, Type.A, A)), 'NOTZONE', `delete record, ${owner}`)
  }
})

t.test('RFC 2136 §3.4.1.2 a change of any other class is FORMERR', async (t) => {
  for (const rrClass of [0, Class.CH, Class.HS, 253, 65280]) {
    t.equal(await rcode(rr(WWW, Type.A, rrClass, 0, A)), 'FORMERR', `CLASS${rrClass}`)
  }
})

t.test('RFC 2136 §3.4.1.2 a metatype is neither added nor deleted', async (t) => {
  for (const type of [...META, Type.ANY]) {
    t.equal(await rcode(add(WWW, type, 60, A)), 'FORMERR', `add TYPE${type}`)
    t.equal(await rcode(deleteRecord(WWW, type, A)), 'FORMERR', `delete record TYPE${type}`)
  }
  for (const type of META) {
    t.equal(await rcode(deleteRrset(WWW, type)), 'FORMERR', `delete RRset TYPE${type}`)
  }
})

t.test('RFC 2136 §3.4.1.2 deletions have a TTL of zero', async (t) => {
  t.equal(await rcode(rr(WWW, Type.A, Class.ANY, 1)), 'FORMERR')
  t.equal(await rcode(rr(WWW, Type.ANY, Class.ANY, 1)), 'FORMERR')
  t.equal(await rcode(rr(WWW, Type.A, Class.NONE, 1, A)), 'FORMERR')
})

t.test('RFC 2136 §3.4.1.2 deletions of class ANY have no RDATA', async (t) => {
  t.equal(await rcode(rr(WWW, Type.A, Class.ANY, 0, A)), 'FORMERR')
  t.equal(await rcode(rr(WWW, Type.ANY, Class.ANY, 0, A)), 'FORMERR')
})

/** One change for each line of the pseudocode that returns, in the order of the lines. */
const faults = {
  'zone_of(rr.name) != ZNAME': [rr('www.other.example.', Type.AXFR, 3, 1), 'NOTZONE'],
  'zclass, rr.type & ANY': [add(WWW, Type.ANY, 0, A), 'FORMERR'],
  'zclass, rr.type & AXFR': [add(WWW, Type.AXFR, 0, A), 'FORMERR'],
  'zclass, rr.type & MAILA': [add(WWW, Type.MAILA, 0, A), 'FORMERR'],
  'zclass, rr.type & MAILB': [add(WWW, Type.MAILB, 0, A), 'FORMERR'],
  'ANY, rr.ttl != 0': [rr(WWW, Type.A, Class.ANY, 1), 'FORMERR'],
  'ANY, rr.rdlength != 0': [rr(WWW, Type.A, Class.ANY, 0, A), 'FORMERR'],
  'ANY, rr.type & AXFR': [deleteRrset(WWW, Type.AXFR), 'FORMERR'],
  'ANY, rr.type & MAILA': [deleteRrset(WWW, Type.MAILA), 'FORMERR'],
  'ANY, rr.type & MAILB': [deleteRrset(WWW, Type.MAILB), 'FORMERR'],
  'NONE, rr.ttl != 0': [rr(WWW, Type.A, Class.NONE, 1, A), 'FORMERR'],
  'NONE, rr.type & ANY': [deleteRecord(WWW, Type.ANY, A), 'FORMERR'],
  'NONE, rr.type & AXFR': [deleteRecord(WWW, Type.AXFR, A), 'FORMERR'],
  'NONE, rr.type & MAILA': [deleteRecord(WWW, Type.MAILA, A), 'FORMERR'],
  'NONE, rr.type & MAILB': [deleteRecord(WWW, Type.MAILB, A), 'FORMERR'],
  else: [rr(WWW, Type.A, Class.CH, 0, A), 'FORMERR'],
} as const

t.test('RFC 2136 §3.4.1.3 each line of the pseudocode gives its RCODE', async (t) => {
  for (const [line, [change, expected]] of Object.entries(faults)) {
    t.equal(await rcode(change), expected, line)
  }
})

t.test('RFC 2136 §3.4.1.3 the first record with a fault decides', async (t) => {
  const outside = faults['zone_of(rr.name) != ZNAME'][0]
  for (const [line, [change, expected]] of Object.entries(faults)) {
    t.equal(await rcode(change, outside), expected, `${line}, and then a name outside`)
    t.equal(await rcode(outside, change), 'NOTZONE', `a name outside, and then ${line}`)
  }
})

t.test(
  'RFC 2136 §3.4, §3.4.1.3 a fault in the last record undoes what stands before it',
  async (t) => {
    for (const [line, [change, expected]] of Object.entries(faults)) {
      const before = [add(WWW, Type.TXT, 60, txt('no')), deleteRrset(WWW, Type.A)]
      const effect = await effectOf(new TestService(), [], [...before, change])
      t.same(effect, nothing(expected), line)
    }
  },
)

t.test('RFC 2136 §3.4.1 an update section without records is NOERROR', async (t) => {
  t.same(await effectOf(new TestService(), [], []), nothing('NOERROR'))
})
