/**
 * What a server with several workers answers over UDP right after an UPDATE was acknowledged is what its
 * zone has then: as over TCP, where only the thread that writes answers.
 */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { readAnswer } from '../support/answers.ts'
import { Askers, SIGNED_IDS } from '../support/askers.ts'
import { fleetingFolder } from '../support/fleeting-folder.ts'
import { Livezone } from '../support/livezone.ts'
import { query, signed, update } from '../support/messages.ts'
import { connectTcp, framed, unframed } from '../support/sockets.ts'
import { add, deleteName, ipv4, txt, Type } from '../support/updates.ts'
import { wireName } from '../support/messages.ts'

const APEX = 'dyn.example.'

/** Updates that are looked for when they are acknowledged. */
const ROUNDS = Number(process.env.LIVEZONE_TEST_ROUNDS ?? 200)

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"
udp = "batch"
workers = 3

[[zone]]
name = "${APEX}"
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
  types = ["ANY"]
`

class Kit {
  readonly askers: Askers
  private readonly secret: Buffer
  private lastId = 0

  private constructor(askers: Askers, secret: Buffer) {
    this.askers = askers
    this.secret = secret
  }

  static async open(t: Test, server: Livezone): Promise<Kit> {
    const askers = await Askers.open(t, server.port, 4)
    return new Kit(askers, Buffer.from(server.secret, 'base64'))
  }

  /** Resolves when it is acknowledged. */
  async update(...changes: readonly Buffer[]): Promise<void> {
    const id = SIGNED_IDS + (this.lastId = (this.lastId + 1) % SIGNED_IDS)
    const timeSeconds = Math.floor(Date.now() / 1000)
    const packet = signed(update(APEX, [], changes, { id }), {
      keyName: 'ddns-key',
      secret: this.secret,
      timeSeconds,
    })
    const answer = await this.askers.ask(packet, true)
    if ((answer.readUInt8(3) & 0xf) !== 0) throw new Error(`refused: ${answer.toString('hex')}`)
  }
}

/** One for both tests: its threads take long to start. The second leaves wildcards in the zone, the first has none. */
const server = new Livezone(fleetingFolder(t), CONFIG)
t.before(() => server.start())
t.teardown(() => server.stop())

const LABELS = ['a', 'b.a', '*.a', 'c.b.a', 'd', '*'] as const
const OWNERS = LABELS.map((label) => `${label}.${APEX}`)
/** Those, and names that wildcards and delegations are for. */
const ASKED = [...OWNERS, `x.a.${APEX}`, `y.d.${APEX}`, `x.y.${APEX}`]
const TYPES = [Type.A, Type.TXT, Type.NS]

type Records = (owner: string) => Buffer

const target = fc.constantFrom(...ASKED, 'elsewhere.test.').map(wireName)
const records: fc.Arbitrary<Records> = fc.oneof(
  fc.nat(255).map(
    (n): Records =>
      (owner) =>
        add(owner, Type.A, 60, ipv4(`192.0.2.${n}`)),
  ),
  fc.nat(99).map(
    (n): Records =>
      (owner) =>
        add(owner, Type.TXT, 60, txt(String(n))),
  ),
  target.map(
    (name): Records =>
      (owner) =>
        add(owner, Type.CNAME, 60, name),
  ),
  target.map(
    (name): Records =>
      (owner) =>
        add(owner, Type.NS, 60, name),
  ),
  fc.constant<Records>(deleteName),
)
const change = fc
  .tuple(fc.constantFrom(...OWNERS), fc.boolean(), records)
  .map(([owner, isAlone, made]) => (isAlone ? [deleteName(owner), made(owner)] : [made(owner)]))

const overTcp = async (port: number, packets: readonly Buffer[]): Promise<Buffer[]> => {
  const socket = await connectTcp(port)
  socket.write(framed(packets))
  const pieces: Buffer[] = []
  for await (const piece of socket) {
    // A socket without an encoding gives octets.
    pieces.push(piece as Buffer)
    const answers = unframed(Buffer.concat(pieces))
    // They come in any order.
    const inOrder = answers.sort((one, other) => one.readUInt16BE(0) - other.readUInt16BE(0))
    if (answers.length === packets.length) return inOrder
  }
  throw new Error('the connection ended')
}

/** Changes other names again and again, so that the thread that writes is busy. */
const writeUntil = async (kit: Kit, isDone: () => boolean, lane: number): Promise<void> => {
  for (let n = 0; !isDone(); n = (n + 1) % 100) {
    await kit.update(
      add(`w${lane}-${n}.${APEX}`, Type.TXT, 60, txt('busy')),
      deleteName(`v.${APEX}`),
    )
  }
}

const serialIn = (answer: Buffer): number => {
  const [soa = ''] = readAnswer(answer).authority
  return Number(soa.split(' ')[5])
}

t.test('an update is seen by whoever asks when it is acknowledged', async (t) => {
  const kit = await Kit.open(t, server)
  const owner = `host.${APEX}`
  let isDone = false
  const writing = [1, 2, 3].map((lane) => writeUntil(kit, () => isDone, lane))
  let serial = 1
  for (let n = 1; n <= ROUNDS; n++) {
    const address = `10.0.${n >> 8}.${n & 255}`
    await kit.update(deleteName(owner), add(owner, Type.A, 60, ipv4(address)))
    const answers = await kit.askers.askAll(query(owner, Type.A))
    const seen = answers.map((answer) => readAnswer(answer).answer.join())
    if (seen.some((one) => one !== `${owner} 60 A ${address}`)) t.same(seen, address)
    await kit.update(deleteName(owner))
    const gone = await kit.askers.askAll(query(owner, Type.A))
    const isOld = gone.some(
      (answer) => (answer.readUInt8(3) & 0xf) !== 3 || serialIn(answer) <= serial,
    )
    if (isOld) t.same(gone.map(readAnswer), serial)
    serial = Math.max(...gone.map(serialIn))
  }
  isDone = true
  await Promise.all(writing)
  t.equal(serial > ROUNDS, true)
})

/** Whether they say the same, under whatever IDs. */
const isSame = (one: Buffer, other: Buffer): boolean =>
  // Reading what is the same to the octet would say nothing more.
  one.subarray(2).equals(other.subarray(2)) ||
  JSON.stringify(readAnswer(one)) === JSON.stringify(readAnswer(other))

t.test('after any acknowledged update all threads answer as the zone is', async (t) => {
  const { port } = server
  const kit = await Kit.open(t, server)
  const questions = ASKED.flatMap((name, n) =>
    TYPES.map((type, index) => query(name, type, { id: n * TYPES.length + index })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      for (const made of changes) {
        await kit.update(...made)
        const all = await Promise.all(questions.map((packet) => kit.askers.askAll(packet)))
        const told = await overTcp(port, questions)
        for (const [index, answers] of all.entries()) {
          // It was asked for.
          const expected = told[index] as Buffer
          if (!answers.every((answer) => isSame(answer, expected))) return false
        }
      }
      return true
    }),
    { numRuns: 30 },
  )
  t.pass('as over TCP')
})
