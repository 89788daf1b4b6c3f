/**
 * A client that is not here, played by dnspython: it sends the messages that the client would send
 * and looks at what came of each. dnspython checks the signature of every answer that has one.
 */
import { python } from './python.ts'

/** By dnspython's names: prerequisites (present, absent) and changes (add, delete, replace). */
export type Part =
  | readonly ['present' | 'absent' | 'delete', name: string, type?: string, rdata?: string]
  | readonly ['add' | 'replace', name: string, ttl: number, type: string, ...rdata: string[]]

export interface Update {
  readonly over: 'udp' | 'tcp'
  readonly zone?: string
  readonly parts: readonly Part[]
}

export interface Turn {
  readonly update?: Update
  /** What to ask afterwards. */
  readonly look: readonly (readonly [name: string, type: string])[]
}

export interface Looked {
  readonly rcode: string
  readonly aa: boolean
  /** Signed over UDP, over UDP with EDNS, over TCP: what the whole answer needed. */
  readonly via: 'udp' | 'edns' | 'tcp'
  /** Each record as `NAME TTL TYPE RDATA`, sorted. */
  readonly answer: readonly string[]
  readonly authority: readonly string[]
}

export interface Outcome {
  /** Of the update's answer, which must be signed; undefined when there was none to send. */
  readonly rcode?: string
  readonly octets?: number
  readonly looked: readonly Looked[]
}

const PROGRAM = `
import json, sys
import dns.flags, dns.message, dns.query, dns.rcode, dns.rdatatype, dns.tsigkeyring, dns.update
# Seconds that an answer may take on a busy machine.
PATIENCE = 60
job = json.load(sys.stdin)
port = job['port']
key = {'keyring': dns.tsigkeyring.from_text({'ddns-key.': job['secret']}), 'keyalgorithm': job['algorithm']}

def insist_on_signature(answer):
    if not answer.had_tsig:
        raise Exception('a signed message got an answer without a signature')

def send(update):
    message = dns.update.UpdateMessage(update['zone'], **key)
    for operation, *arguments in update['parts']:
        getattr(message, operation)(*arguments)
    answer = getattr(dns.query, update['over'])(message, '127.0.0.1', PATIENCE, port)
    insist_on_signature(answer)
    return {'rcode': dns.rcode.to_text(answer.rcode()), 'octets': len(message.to_wire())}

def ask(name, kind):
    # As Terraform does: signed, then with EDNS and then over TCP when the answer was truncated.
    query = dns.message.make_query(name, kind, flags=0)
    query.use_tsig(key['keyring'], algorithm=key['keyalgorithm'])
    answer, via = dns.query.udp(query, '127.0.0.1', PATIENCE, port), 'udp'
    insist_on_signature(answer)
    if answer.flags & dns.flags.TC:
        query = dns.message.make_query(name, kind, flags=0, use_edns=0, payload=4096)
        answer, via = dns.query.udp(query, '127.0.0.1', PATIENCE, port), 'edns'
    if answer.flags & dns.flags.TC:
        answer, via = dns.query.tcp(query, '127.0.0.1', PATIENCE, port), 'tcp'
    return answer, via

def look(name, kind):
    answer, via = ask(name, kind)
    def texts(section):
        return sorted(f'{s.name} {s.ttl} {dns.rdatatype.to_text(s.rdtype)} {r}' for s in section for r in s)
    return {'rcode': dns.rcode.to_text(answer.rcode()), 'aa': bool(answer.flags & dns.flags.AA), 'via': via,
            'answer': texts(answer.answer), 'authority': texts(answer.authority)}

outcomes = []
for turn in job['turns']:
    outcome = send(turn['update']) if turn.get('update') else {}
    outcomes.append({**outcome, 'looked': [look(*question) for question in turn['look']]})
print(json.dumps(outcomes))
`

/** Where `ddns-key.` is known. */
export interface ReplayTarget {
  readonly port: number
  /** In base64. */
  readonly secret: string
}

/** @returns an outcome for each turn */
export const replay = async (
  server: ReplayTarget,
  turns: readonly Turn[],
  algorithm = 'hmac-sha256',
): Promise<Outcome[]> => {
  const input = {
    port: server.port,
    secret: server.secret,
    algorithm,
    turns: turns.map(({ update, look }) => ({
      update: update && { zone: 'dyn.example.', ...update },
      look,
    })),
  }
  const { stdout, stderr } = await python(PROGRAM, JSON.stringify(input))
  if (stdout === '') throw new Error(stderr)
  // The program above prints a list of such objects.
  return JSON.parse(stdout) as Outcome[]
}
