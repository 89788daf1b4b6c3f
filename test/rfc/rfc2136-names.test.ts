/** RFC 1035 §3.1, RFC 2181 §11, RFC 4343: names are octets, on their way in and on their way out. */
import t from 'tap'
import { message, query, question, rr, u16, u32, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'
import { add, deleteName, effectOf, equals, find, inUse, ipv4, Type } from '../support/updates.ts'

const A = ipv4('192.0.2.9')
const ALL_OCTETS = Array.from({ length: 256 }, (_, octet) => octet)

/** The octets as labels of at most 60, below the zone. */
const ownerOf = (octets: readonly number[]): Buffer => {
  const labels: Buffer[] = []
  for (let at = 0; at < octets.length; at += 60) {
    const label = octets.slice(at, at + 60)
    labels.push(Buffer.from([label.length, ...label]))
  }
  return Buffer.concat([...labels, wireName('dyn.example.')])
}

const names: Record<string, Buffer> = {
  'an octet 0': wireName('a\\000b.dyn.example.'),
  'octets 0 and 1 next to each other': wireName('\\000\\001\\000.\\001.dyn.example.'),
  'a dot inside a label': wireName('a\\.b.dyn.example.'),
  'octets above 127': wireName('\\128\\195\\164\\255.dyn.example.'),
  'a backslash and quotes': wireName('\\\\\\".dyn.example.'),
  'blanks and control octets': wireName('a b\\009\\010\\127.dyn.example.'),
  'an asterisk': wireName('*.dyn.example.'),
  'a label of 63 octets': wireName(`${'x'.repeat(63)}.dyn.example.`),
  'a name of 255 octets': Buffer.concat([
    ...[63, 63, 63, 49].map((length) => Buffer.from([length, ...Buffer.alloc(length, 0xfe)])),
    wireName('dyn.example.'),
  ]),
  'the first 128 octets': ownerOf(ALL_OCTETS.slice(0, 128)),
  'the last 128 octets': ownerOf(ALL_OCTETS.slice(128)),
}

/** The answer that the RFCs leave no choice about: one record, its owner a pointer to QNAME. */
const expectedAnswer = (qname: Buffer, type: number, rdata: Buffer): Buffer =>
  message({
    flags: 0x8400,
    questions: [question(qname, type)],
    answers: [Buffer.concat([u16(0xc00c), u16(type), u16(1), u32(60), u16(rdata.length), rdata])],
  })

for (const [what, owner] of Object.entries(names)) {
  t.test(`RFC 2181 §11 a name with ${what} survives UPDATE and QUERY`, async (t) => {
    t.ok(owner.length <= 255)
    const service = new TestService()
    const { rcode } = await effectOf(service, [], [rr(owner, Type.A, 1, 60, A)])
    t.equal(rcode, 'NOERROR')
    const answer = await service.ask(message({ questions: [question(owner, Type.A)] }))
    t.equal(answer.toString('hex'), expectedAnswer(owner, Type.A, A).toString('hex'))
    const used = await effectOf(service, [rr(owner, Type.ANY, 255, 0)], [])
    t.equal(used.rcode, 'NOERROR', 'it is in use')
    const { gone } = await effectOf(service, [], [rr(owner, Type.ANY, 255, 0)])
    t.equal(gone.length, 1, 'it is deleted')
  })

  t.test(`RFC 2181 §11 RDATA with ${what} in its name survives as well`, async (t) => {
    const service = new TestService()
    const host = 'host.dyn.example.'
    // A type whose names are never compressed keeps the answer plain.
    const target = Buffer.concat([u16(10), owner])
    const KX = 36
    await effectOf(service, [], [add(host, KX, 60, target)])
    const answer = await service.ask(query(host, KX))
    t.equal(answer.toString('hex'), expectedAnswer(wireName(host), KX, target).toString('hex'))
    t.equal((await effectOf(service, [equals(host, KX, target)], [])).rcode, 'NOERROR')
  })
}

t.test('RFC 1035 §3.1 names that only look alike are different', async (t) => {
  const service = new TestService()
  const changes = ['a\\.b', 'a.b', 'a\\000b', 'ab'].map((label, index) =>
    add(`${label}.dyn.example.`, Type.A, 60, ipv4(`192.0.2.${100 + index}`)),
  )
  t.equal((await effectOf(service, [], changes)).came.length, 4)
  const effect = await effectOf(service, [], [deleteName('a\\.b.dyn.example.')])
  t.same(effect.gone, ['a\\.b.dyn.example. 60 IN A 192.0.2.100'])
  t.equal((await find(service, 'a.b.dyn.example.', Type.A)).answers.length, 1)
})

t.test('RFC 1035 §3.1 a label that holds the octets of the zone is not below it', async (t) => {
  const owner = Buffer.concat([wireName('x\\003dyn\\007example.')])
  const effect = await effectOf(new TestService(), [], [rr(owner, Type.A, 1, 60, A)])
  t.equal(effect.rcode, 'NOTZONE')
})

t.test('RFC 4343 §3 owners are found without ASCII case, and keep their spelling', async (t) => {
  const service = new TestService()
  await effectOf(service, [], [add('HoSt.dyn.example.', Type.A, 60, A)])
  const more = add('hOsT.DYN.example.', Type.A, 60, ipv4('192.0.2.10'))
  t.same((await effectOf(service, [inUse('HOST.dyn.example.')], [more])).came, [
    'HoSt.dyn.example. 60 IN A 192.0.2.10',
  ])
  t.equal((await find(service, 'host.dyn.example.', Type.A)).answers.length, 2)
})

t.test('RFC 4343 §3 octets beside the letters, and above 127, have no case', async (t) => {
  const service = new TestService()
  const labels = ['[', '{', '@', '`', '\\196', '\\228']
  const changes = labels.map((label) => add(`${label}.dyn.example.`, Type.A, 60, A))
  t.equal((await effectOf(service, [], changes)).came.length, labels.length)
})
