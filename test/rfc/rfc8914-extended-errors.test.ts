/** RFC 8914: who is told more than an RCODE, and what. */
import t from 'tap'
import {
  hex,
  message,
  opt,
  query,
  question,
  u16,
  wireName,
  type Sections,
} from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { allOf, TestService, ZONE_TEXT } from '../support/service.ts'
import { countsOf, hasTsig, isSignedFor, rcodeOf } from '../support/tsig.ts'
import { add, exists, txt, Type } from '../support/updates.ts'

const A = 1
const NOERROR = 0
const NOTAUTH = 9
const REFUSED = 5
const OTHER = 0
const NOT_AUTHORITATIVE = 20

/** The INFO-CODE and the EXTRA-TEXT (RFC 8914 §2). */
const errorIn = (answer: Buffer): [code: number, text: string] | undefined => {
  const data = optionOf(answer, Option.EXTENDED_ERROR)
  return data && [data.readUInt16BE(0), data.subarray(2).toString()]
}

const EDNS = { additionals: [opt()] }

/** `dyn.example.` with a delegation, whose data below it no query is answered with. */
const delegating = (): TestService => new TestService(`${ZONE_TEXT}\nsub IN NS ns.elsewhere.\n`)

const updating = (
  changes: readonly Buffer[],
  zone = 'dyn.example.',
  more: Sections = EDNS,
): Buffer =>
  message({ flags: 0x2800, questions: [question(zone, 6)], authorities: changes, ...more })

const hidden = (owner: string): Buffer => add(owner, Type.TXT, 60, txt('x'))

t.test('RFC 8914 §4.21 a QUERY outside our zones is Not Authoritative', async (t) => {
  const service = new TestService()
  for (const name of ['www.elsewhere.', 'example.', '.']) {
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await service.ask(query(name, A, EDNS), transport)
      t.equal(rcodeOf(answer), REFUSED)
      t.strictSame(optionsOf(answer), ['15: 0014'], 'a code without a text')
    }
  }
})

t.test('RFC 8914 §4.21 the signature of the answer covers it', async (t) => {
  const service = new TestService()
  const request = service.sign(query('www.elsewhere.', A, EDNS))
  const answer = await service.ask(request)
  t.strictSame(errorIn(answer), [NOT_AUTHORITATIVE, ''])
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8914 §3 without EDNS there is no place for it', async (t) => {
  const service = delegating()
  for (const packet of [
    query('www.elsewhere.', A),
    service.sign(updating([], 'elsewhere.', { additionals: [] })),
    service.sign(updating([hidden('x.sub.dyn.example.')], undefined, { additionals: [] })),
  ]) {
    t.equal(optionsOf(await service.ask(packet)), undefined)
  }
})

t.test('RFC 8914 §3 answers in which nothing is wrong have none, nor other queries', async (t) => {
  const service = new TestService()
  const chaos = message({ questions: [question('version.bind.', 16, 3)], ...EDNS })
  for (const [packet, rcode] of [
    [query('www.dyn.example.', A, EDNS), NOERROR],
    [query('none.dyn.example.', A, EDNS), 3],
    [query('dyn.example.', 253, EDNS), 4],
    [message(EDNS), 1],
    [chaos, REFUSED],
    [service.sign(updating([hidden('x.dyn.example.')])), NOERROR],
  ] as const) {
    const answer = await service.ask(packet)
    t.equal(rcodeOf(answer), rcode)
    t.strictSame(optionsOf(answer), [])
  }
})

t.test('RFC 8914 §4.21 a key that updates a zone of others is told so', async (t) => {
  const service = new TestService()
  const request = service.sign(updating([], 'elsewhere.'))
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOTAUTH)
  const text = 'zone elsewhere. is not served here'
  t.strictSame(errorIn(answer), [NOT_AUTHORITATIVE, text])
  t.ok(isSignedFor(answer, request))
})

t.test('an UPDATE of a stranger is told nothing', async (t) => {
  const service = delegating()
  const cookie = optWith([option(Option.COOKIE, Buffer.alloc(8))])
  for (const additionals of [[opt()], [cookie]]) {
    for (const [zone, rcode] of [
      ['elsewhere.', NOTAUTH],
      ['dyn.example.', REFUSED],
    ] as const) {
      const packet = updating([hidden('x.sub.dyn.example.')], zone, { additionals })
      const answer = await service.ask(packet)
      t.equal(rcodeOf(answer), rcode)
      t.equal(errorIn(answer), undefined)
    }
  }
  const forged = Buffer.from(service.sign(updating([], 'elsewhere.')))
  forged.writeUInt8(forged.readUInt8(20) ^ 0x20, 20)
  const answer = await service.ask(forged)
  t.equal(rcodeOf(answer), NOTAUTH)
  t.ok(hasTsig(answer))
  t.strictSame(optionsOf(answer), [], 'nor whoever cannot sign')
})

t.test('RFC 8914 §4.1 a key is told what of its UPDATE nobody will see', async (t) => {
  const service = delegating()
  for (const [changes, text] of [
    [
      [hidden('x.sub.dyn.example.')],
      'x.sub.dyn.example. TXT is hidden by the delegation at sub.dyn.example.',
    ],
    [
      ['a', 'b', 'c'].map((label) => hidden(`${label}.sub.dyn.example.`)),
      'a.sub.dyn.example. TXT is hidden by the delegation at sub.dyn.example. (and 2 more)',
    ],
  ] as const) {
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await service.ask(service.sign(updating(changes)), transport)
      t.equal(rcodeOf(answer), NOERROR)
      t.strictSame(errorIn(answer), [OTHER, text])
    }
  }
})

/** Each of its octets takes four characters of the text. */
const LONG = `${'\\200'.repeat(63)}.${'\\201'.repeat(63)}.sub.dyn.example.`

t.test('RFC 8914 §3 it is left out where the datagram has no room for it', async (t) => {
  const service = delegating()
  const inRoomOf = async (udpSize: number): Promise<Buffer> => {
    const more = { additionals: [opt(udpSize)] }
    const answer = await service.ask(service.sign(updating([hidden(LONG)], undefined, more)))
    t.equal(rcodeOf(answer), NOERROR)
    t.ok(answer.length <= udpSize, `${answer.length} of ${udpSize} octets`)
    t.equal(answer.readUInt16BE(2) & 0x0200, 0, 'nothing that was asked for is missing')
    return answer
  }
  const whole = await inRoomOf(1232)
  t.ok(errorIn(whole)?.[1].startsWith(LONG))
  t.ok(whole.length > 512)
  t.strictSame(errorIn(await inRoomOf(whole.length)), errorIn(whole))
  t.equal(errorIn(await inRoomOf(whole.length - 1)), undefined)
})

t.test('RFC 8914 §3 a question of 255 octets and a long NSID leave no room either', async (t) => {
  const labels = [63, 63, 63, 61].map((length) => 'x'.repeat(length))
  const name = `${labels.join('.')}.`
  t.equal(wireName(name).length, 255)
  const options = [option(Option.NSID)]
  const around = 12 + 255 + 4 + 11 + 4
  for (const [id, expected] of [
    ['i'.repeat(512 - around - 6), true],
    ['i'.repeat(512 - around - 5), false],
  ] as const) {
    const service = new TestService(undefined, undefined, { serverId: id })
    const answer = await service.ask(query(name, A, { additionals: [optWith(options, 512)] }))
    t.equal(rcodeOf(answer), REFUSED)
    t.ok(answer.length <= 512)
    t.equal(errorIn(answer) !== undefined, expected)
    t.equal(optionOf(answer, Option.NSID)?.toString(), id)
    t.strictSame(countsOf(answer), [1, 0, 0, 1])
  }
})

const PROHIBITED = 18

t.test('RFC 8914 §4.19 a key is told why it may not', async (t) => {
  const service = new TestService()
  const zone = 'other.example.'
  service.addZone(zone, ZONE_TEXT, [allOf('another-key.')])
  for (const [packet, text] of [
    [
      updating([hidden('x.other.example.')], zone),
      'key ddns-key. has no rule for updates in zone other.example.; its rules are in dyn.example.',
    ],
    [
      updating([add('dyn.example.', Type.NSEC3PARAM, 0, hex('0100000000'))]),
      "key ddns-key. may not change NSEC3PARAM at dyn.example.: NSEC3PARAM records are the server's own",
    ],
  ] as const) {
    const answer = await service.ask(service.sign(packet))
    t.equal(rcodeOf(answer), REFUSED)
    t.strictSame(errorIn(answer), [PROHIBITED, text])
    t.equal(service.lines.at(-1)?.fields['reason'], text, 'in the words of the log')
  }
})

t.test('RFC 8914 §4.21 the zone that was meant is told, by the names in the message', async (t) => {
  const service = new TestService()
  service.addZone('sub.dyn.example.', ZONE_TEXT)
  const inside = hidden('x.dyn.example.')
  const deeper = exists('x.sub.dyn.example.', Type.A)
  for (const [zone, prerequisites, changes, advice] of [
    ['.', [], [inside], '; use zone dyn.example.'],
    ['example.', [], [hidden('elsewhere.'), inside], '; use zone dyn.example.'],
    ['example.', [deeper], [], '; use zone sub.dyn.example.'],
    ['x.dyn.example.', [deeper], [inside], '; use zone dyn.example.'],
    ['www.dyn.example.', [], [], '; use zone dyn.example.'],
    ['elsewhere.', [], [hidden('elsewhere.')], ''],
  ] as const) {
    const packet = updating(changes, zone, { ...EDNS, answers: prerequisites })
    const answer = await service.ask(service.sign(packet))
    t.equal(rcodeOf(answer), NOTAUTH)
    t.strictSame(errorIn(answer), [NOT_AUTHORITATIVE, `zone ${zone} is not served here${advice}`])
  }
  const chaos = message({ flags: 0x2800, questions: [question('dyn.example.', 6, 3)], ...EDNS })
  t.strictSame(errorIn(await service.ask(service.sign(chaos))), [
    NOT_AUTHORITATIVE,
    'zones of class CH are not served here',
  ])
})

t.test(
  'RFC 8914 §4.1 a key is told what else is wrong, and where the RFC ignores it',
  async (t) => {
    const service = new TestService()
    for (const [prerequisites, changes, rcode, text] of [
      [
        [exists('x.dyn.example.', Type.A)],
        [],
        8,
        'prerequisite not met: x.dyn.example. A does not exist',
      ],
      [[], [hidden('x.elsewhere.')], 10, 'x.elsewhere. is not in zone dyn.example.'],
      [
        [],
        [add('x.dyn.example.', Type.A, 0, hex('00'))],
        1,
        'x.dyn.example. IN A: the RDATA is not of that type',
      ],
      [
        [],
        [add('www.dyn.example.', Type.CNAME, 0, wireName('x.')), hidden('x.dyn.example.')],
        NOERROR,
        '1 of 2 changes ignored: www.dyn.example. has other data',
      ],
    ] as const) {
      const packet = updating(changes, undefined, { ...EDNS, answers: prerequisites })
      const answer = await service.ask(service.sign(packet))
      t.equal(rcodeOf(answer), rcode)
      t.strictSame(errorIn(answer), [OTHER, text])
      t.equal(service.lines.at(-1)?.fields['reason'], text)
    }
  },
)

t.test('RFC 8914 §2 what a client says in the option is not answered', async (t) => {
  const service = new TestService()
  service.addZone('other.example.', ZONE_TEXT, [allOf('ddns-key.')])
  const additionals = [optWith([option(Option.EXTENDED_ERROR, u16(3))])]
  t.strictSame(optionsOf(await service.ask(query('www.dyn.example.', A, { additionals }))), [])
})
