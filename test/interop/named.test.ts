/**
 * The same zone file, the same questions: livezone answers as BIND's named does. `SEED=n` draws
 * another zone and other questions.
 */
import dnsPacket from 'dns-packet'
import t from 'tap'
import { Livezone } from '../support/livezone.ts'
import { Named } from '../support/named.ts'
import { python } from '../support/python.ts'
import { RandomZone } from '../support/random-zone.ts'
import { skipWithout } from '../support/tools.ts'

const APEX = 'dyn.example.'
const NAMES = 150
const QUESTIONS = 10_000

/**
 * Asks both servers each question and prints, as JSON, what differs in RCODE, AA, ANSWER, AUTHORITY
 * and, in referrals, glue; and all our answers in hex, which dnspython has decoded by then. Octets that
 * came before are not decoded again.
 */
const COMPARE = `
import functools, json, socket, struct, sys
import dns.flags, dns.message, dns.rcode, dns.rdatatype
# Each is heard by a socket of its own, which hears nobody else: ports are given again to others soon.
socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for port in sys.argv[1:]]
for sock, port in zip(socks, sys.argv[1:]):
    sock.connect(('127.0.0.1', int(port)))
    sock.settimeout(60)
@functools.cache
def question_of(name, kind):
    query = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    query.flags = 0
    return query.to_wire()[2:]
def heard(sock, count):
    answers = {}
    while len(answers) < count:
        wire = sock.recv(65535)
        (n,) = struct.unpack('!H', wire[:2])
        if n >= count or n in answers:
            sys.exit(f'{sock.getpeername()} answered what nobody asked: {wire.hex()}')
        answers[n] = wire[2:]
    return [answers[n] for n in range(count)]
def ask(questions):
    """Many at once, and so each with an ID of its own."""
    for n, q in enumerate(questions):
        for sock in socks:
            sock.send(struct.pack('!H', n) + question_of(q['name'], q['type']))
    return zip(*(heard(sock, len(questions)) for sock in socks))
def glue(m):
    # BIND with minimal-responses leaves out addresses that are not below the cut; we add those of our zone.
    cuts = [s.name for s in m.authority if s.rdtype == dns.rdatatype.NS]
    return [s for s in m.additional if any(s.name.is_subdomain(cut) for cut in cuts)]
def records(section):
    return sorted({f'{s.name.to_text().lower()} {s.ttl} {dns.rdatatype.to_text(s.rdtype)} {r.to_text().lower()}' for s in section for r in s})
@functools.cache
def shape(octets):
    m = dns.message.from_wire(b'\\0\\0' + octets)
    return {
        'rcode': dns.rcode.to_text(m.rcode()),
        'aa': bool(m.flags & dns.flags.AA),
        'tc': bool(m.flags & dns.flags.TC),
        'answer': records(m.answer),
        'authority': records(m.authority),
        'glue': records(glue(m)),
    }
different, wires = [], []
questions = json.load(sys.stdin)
for start in range(0, len(questions), 20):
    some = questions[start:start + 20]
    for question, (a, b) in zip(some, ask(some)):
        wires.append('0000' + a.hex())
        a, b = shape(a), shape(b)
        if a != b:
            different.append({'question': question, 'ours': a, 'theirs': b})
print(json.dumps({'different': different, 'wires': wires}))
`

interface Comparison {
  readonly different: readonly {
    readonly question: object
    readonly ours: object
    readonly theirs: object
  }[]
  readonly wires: readonly string[]
}

const skip = skipWithout('named', '/usr/bin/python3')

t.test(
  'RFC 1034 §4.3.2 random questions on a random zone are answered as BIND does',
  { skip },
  async (t) => {
    const seed = Number(process.env['SEED'] ?? 2_136)
    const zone = new RandomZone(APEX, seed)
    const text = zone.text(NAMES)
    const questions = Array.from({ length: QUESTIONS }, () => zone.question())
    const [ourFolder, theirFolder] = [t.testdir({ ours: {}, theirs: {} })].flatMap((folder) => [
      `${folder}/ours`,
      `${folder}/theirs`,
    ])
    const server = new Livezone(ourFolder ?? '', undefined, text)
    const named = new Named()
    t.teardown(() => Promise.all([server.stop(), named.stop()]))
    await Promise.all([server.start(), named.start(theirFolder ?? '', APEX, text)])

    const { stdout, stderr } = await python(COMPARE, JSON.stringify(questions), [
      `${server.port}`,
      `${named.port}`,
    ])
    if (stdout === '') throw new Error(stderr)
    // The program above prints a Comparison.
    const { different, wires } = JSON.parse(stdout) as Comparison
    t.strictSame(different.slice(0, 3), [], `${different.length} differ, seed ${seed}`)
    t.equal(wires.length, QUESTIONS)
    for (const wire of wires) dnsPacket.decode(Buffer.from(wire, 'hex'))
  },
)
