/** RFC 7314: a primary that says for how long its zone is good is believed. */
import t from 'tap'
import { opt, u16, u32 } from '../support/messages.ts'
import { answerTo, aRr, nsRr, soaRr } from '../support/primary-answers.ts'
import { TestSecondary } from '../support/secondary.ts'

const SOA = soaRr(10, { refresh: 1000, retry: 100, expire: 5000 })

/** An OPT RR with an EXPIRE option of that many octets. */
const expiring = (seconds: number, octets = 4): Buffer[] => [
  opt(1232, 0, 0, Buffer.concat([u16(9), u16(octets), u32(seconds).subarray(0, octets)])),
]

const primaryOf = (test: TestSecondary, additionals: Buffer[], serial = 10): void => {
  const soa = serial === 10 ? SOA : soaRr(serial, { refresh: 1000, retry: 100, expire: 5000 })
  test.network.udp = (query) => [answerTo(query, [soa], { additionals })]
  test.network.tcp = (query) => [
    answerTo(query, [soa], { additionals }),
    answerTo(query, [nsRr(), aRr('www', 1), soa]),
  ]
}

const remaining = (test: TestSecondary): number => test.zone.remainingMilliseconds / 1000

t.test('RFC 7314 §2 every request asks for it, by an empty option', async (t) => {
  const test = new TestSecondary()
  primaryOf(test, [])
  await test.start()
  primaryOf(test, [], 11)
  await test.pass(1000)
  const asked = test.network.queries
  t.equal(asked.length, 3, 'AXFR, SOA and IXFR')
  for (const query of asked) t.ok(query.subarray(-4).equals(Buffer.from([0, 9, 0, 0])))
})

t.test('RFC 7314 §4 what a transfer says takes the place of the EXPIRE of the SOA', async (t) => {
  const test = new TestSecondary()
  primaryOf(test, expiring(300))
  await test.start()
  t.equal(remaining(test), 300)
})

t.test('RFC 7314 §4 an equal serial may bring time, and never takes it away', async (t) => {
  const test = new TestSecondary()
  primaryOf(test, expiring(4000))
  await test.start()
  primaryOf(test, expiring(3500))
  await test.pass(1000)
  t.equal(remaining(test), 3500)
  primaryOf(test, expiring(100))
  await test.pass(1000)
  t.equal(remaining(test), 2500)
  primaryOf(test, [])
  await test.pass(1000)
  t.equal(remaining(test), 5000, 'without the option it is the EXPIRE of the SOA')
  primaryOf(test, expiring(100), 11)
  await test.pass(1000)
  t.equal(remaining(test), 100, 'another version comes with its own time')
})

t.test('an option of another length says nothing', async (t) => {
  const test = new TestSecondary()
  primaryOf(test, expiring(300, 3))
  await test.start()
  t.equal(remaining(test), 5000)
})

t.test('a primary whose own zone has expired gives no time', async (t) => {
  const test = new TestSecondary()
  primaryOf(test, expiring(0))
  await test.start()
  t.equal(test.answered(), undefined)
  primaryOf(test, expiring(60))
  await test.pass(1000)
  t.equal(test.answered()?.length, 3)
})

t.test(
  'RFC 7314 §3 whoever fetches the zone on is told what is left, in whole seconds',
  async (t) => {
    const test = new TestSecondary()
    primaryOf(test, expiring(300))
    await test.start()
    t.equal(test.zone.expiresInSeconds, 300)
    test.clock.milliseconds += 500
    t.equal(test.zone.expiresInSeconds, 299)
    test.clock.milliseconds += 299_500
    t.equal(test.zone.expiresInSeconds, 0)
    test.secondaries.promote(test.zone)
    t.equal(test.zone.expiresInSeconds, undefined, 'a zone of ours has the EXPIRE of its SOA')
  },
)
