/** RFC 6891: OPT in requests and answers, the sizes it speaks of, and versions to come. */
import t from 'tap'
import { matches, readAnswer } from '../support/answers.ts'
import { hex, message, opt, query, question, rr } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const A = 1
const TXT = 16

/** The strings of a TXT record whose RDATA has that many octets. */
const strings = (rdataLength: number): string => {
  const all: string[] = []
  for (let left = rdataLength; left > 0; left -= 256) {
    all.push(`"${'x'.repeat(Math.min(left, 256) - 1)}"`)
  }
  return all.join(' ')
}

/** The header, the question after `x234.dyn.example`, and what a record has before its RDATA. */
const AROUND = 12 + (5 + 4 + 8 + 1 + 4) + 12
const OPT = 11

const ZONE = `
$TTL 3600
@    IN SOA ns1 hostmaster 10 7200 900 604800 300
@    IN NS  ns1
ns1  IN A   192.0.2.53
t512 IN TXT ${strings(512 - AROUND)}
t513 IN TXT ${strings(513 - AROUND)}
e512 IN TXT ${strings(512 - AROUND - OPT)}
e513 IN TXT ${strings(513 - AROUND - OPT)}
f900 IN TXT ${strings(900 - AROUND - OPT)}
m232 IN TXT ${strings(1232 - AROUND - OPT)}
m233 IN TXT ${strings(1233 - AROUND - OPT)}
`

const service = new TestService(ZONE)

const ask = (label: string, ...options: Parameters<typeof opt>): Promise<Buffer> =>
  service.ask(query(`${label}.dyn.example`, TXT, { additionals: [opt(...options)] }))

t.test(
  'RFC 6891 §6.1.1 an answer has an OPT when the request has one, and only then',
  async (t) => {
    const plain = await service.ask(query('ns1.dyn.example', A))
    t.equal(readAnswer(plain).opt, undefined)
    t.equal(plain.readUInt16BE(10), 0)
    const packet = query('ns1.dyn.example', A, { additionals: [opt(4096)] })
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await service.ask(packet, transport)
      const { opt: ours } = matches(t, answer, {
        flags: 'AA',
        answer: ['ns1.dyn.example. 3600 A 192.0.2.53'],
      })
      t.strictSame(ours, { udpSize: 1232, flags: 0 })
      t.equal(answer.subarray(-OPT).toString('hex'), '00002904d0000000000000')
    }
  },
)

t.test('RFC 6891 §6.1.1 the OPT is in answers of every kind', async (t) => {
  const cases = [
    { qname: 'nothing.dyn.example', type: A, rcode: 'NXDOMAIN' },
    { qname: 'www.elsewhere', type: A, rcode: 'REFUSED' },
    { qname: 'dyn.example', type: 253, rcode: 'NOTIMP' },
    { qname: 'dyn.example', type: 252, rcode: 'FORMERR' },
  ]
  for (const { qname, type, rcode } of cases) {
    const answer = readAnswer(await service.ask(query(qname, type, { additionals: [opt()] })))
    t.match(answer, { rcode, opt: { udpSize: 1232, flags: 0 } })
  }
  const two = [question('dyn.example', A), question('dyn.example', A)]
  const answer = readAnswer(await service.ask(message({ questions: two, additionals: [opt()] })))
  t.match(answer, { rcode: 'FORMERR', opt: { udpSize: 1232, flags: 0 } })
})

t.test('RFC 1035 §4.2.1 without EDNS an answer has 512 octets at most', async (t) => {
  const fits = await service.ask(query('t512.dyn.example', TXT))
  t.equal(fits.length, 512)
  t.equal(readAnswer(fits).flags, 'AA')
  const not = await service.ask(query('t513.dyn.example', TXT))
  matches(t, not, { flags: 'AA TC' })
})

t.test('RFC 6891 §6.2.3 a size below 512 counts as 512', async (t) => {
  for (const size of [0, 1, 511, 512]) {
    const fits = await ask('e512', size)
    t.equal(fits.length, 512)
    t.equal(readAnswer(fits).flags, 'AA')
    matches(t, await ask('e513', size), { flags: 'AA TC' })
  }
})

t.test('RFC 6891 §6.2.5 a size in between is kept to the octet', async (t) => {
  const fits = await ask('f900', 900)
  t.equal(fits.length, 900)
  t.equal(readAnswer(fits).flags, 'AA')
  matches(t, await ask('f900', 899), { flags: 'AA TC' })
})

t.test('RFC 9715 §3.1 no answer over UDP has more than 1232 octets', async (t) => {
  for (const size of [1232, 1233, 4096, 65535]) {
    const fits = await ask('m232', size)
    t.equal(fits.length, 1232)
    t.equal(readAnswer(fits).flags, 'AA')
    matches(t, await ask('m233', size), { flags: 'AA TC' })
  }
})

t.test('RFC 6891 §6.2.5 sizes are of UDP: over TCP they say nothing', async (t) => {
  const packet = query('m233.dyn.example', TXT, { additionals: [opt(512)] })
  const answer = await service.ask(packet, 'tcp')
  t.equal(answer.length, 1233)
  t.equal(readAnswer(answer).flags, 'AA')
})

t.test(
  'RFC 6891 §6.1.3, §9 a version above 0 is BADVERS, with our version and no data',
  async (t) => {
    for (const version of [1, 255]) {
      const packet = query('ns1.dyn.example', A, { additionals: [opt(1232, version)] })
      const answer = await service.ask(packet)
      const { opt: ours } = matches(t, answer, { rcode: 'BADVERS' })
      t.strictSame(ours, { udpSize: 1232, flags: 0 })
      // The upper bits of the RCODE, then version 0.
      t.equal(answer.subarray(-OPT).toString('hex'), '00002904d0010000000000')
      t.equal(answer.readUInt16BE(2) & 0xf, 0)
    }
  },
)

t.test('RFC 3225 §3 DO is copied, the other flags of EDNS are not', async (t) => {
  for (const [sent, expected] of [
    [0x8000, 0x8000],
    [0xffff, 0x8000],
    [0x7fff, 0],
  ] as const) {
    const packet = query('ns1.dyn.example', A, { additionals: [opt(1232, 0, sent)] })
    t.equal(readAnswer(await service.ask(packet)).opt?.flags, expected)
  }
})

t.test('RFC 6891 §6.1.2 options that we do not know are ignored', async (t) => {
  const options = hex('fdea 0008 0102030405060708 fde9 0000')
  const packet = query('ns1.dyn.example', A, { additionals: [rr('.', 41, 1232, 0, options)] })
  const answer = await service.ask(packet)
  matches(t, answer, { flags: 'AA', answer: ['ns1.dyn.example. 3600 A 192.0.2.53'] })
  t.equal(answer.subarray(-OPT).toString('hex'), '00002904d0000000000000')
})

t.test('RFC 6891 §6.1.1 more than one OPT, or one in a wrong place, is FORMERR', async (t) => {
  const questions = [question('ns1.dyn.example', A)]
  const elsewhere = rr('dyn.example', 41, 1232, 0)
  for (const sections of [
    { additionals: [opt(), opt()] },
    { answers: [opt()] },
    { authorities: [opt()] },
    { additionals: [elsewhere] },
    { additionals: [rr('.', 41, 1232, 0, hex('000a 0008 01'))] },
  ]) {
    matches(t, await service.ask(message({ questions, ...sections })), { rcode: 'FORMERR' })
  }
})
