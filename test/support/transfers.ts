/**
 * Zone transfers asked for by dnspython, which insists on the signature of every message when a key
 * was given, and NOTIFY messages.
 */
import type { PeerKey } from './peer.ts'
import { python } from './python.ts'

export interface Transferred {
  /** Each record as `OWNER TTL TYPE RDATA`, canonical (RFC 4034 §6.2) with RDATA in hex, sorted. */
  readonly records: readonly string[]
  readonly serial: number
  readonly messages: number
  /** Messages with a TSIG RR. */
  readonly signed: number
  /** How many records the first message had, the SOA among them. */
  readonly first: number
}

const PROGRAM = `
import json, sys
import dns.query, dns.rdatatype, dns.tsigkeyring, dns.rdataclass
job = json.load(sys.stdin)
key = {}
if job.get('key'):
    key = {'keyring': dns.tsigkeyring.from_text({job['key']['name']: job['key']['secret']}), 'keyalgorithm': 'hmac-sha256'}
records, messages, signed, first, soas = [], 0, 0, 0, []
for m in dns.query.xfr('127.0.0.1', job['apex'], port=job['port'], relativize=False, timeout=60, lifetime=120, **key):
    messages += 1
    signed += 1 if m.had_tsig else 0
    for s in m.answer:
        for r in s:
            if messages == 1:
                first += 1
            if s.rdtype == dns.rdatatype.SOA:
                soas.append(r.serial)
                if len(soas) > 1:
                    continue
            records.append(f'{s.name.to_text().lower()} {s.ttl} {dns.rdatatype.to_text(s.rdtype)} {r.to_digestable().hex()}')
if key and signed != messages:
    raise Exception(f'{messages - signed} of {messages} messages have no signature')
if len(soas) != 2 or soas[0] != soas[1]:
    raise Exception(f'SOA records with serials {soas}')
print(json.dumps({'records': sorted(records), 'serial': soas[0], 'messages': messages, 'signed': signed, 'first': first}))
`

/** @throws what dnspython says when the zone cannot be transferred */
export const transferFrom = async (
  port: number,
  apex: string,
  key?: PeerKey,
): Promise<Transferred> => {
  const input = JSON.stringify({ port, apex, key })
  const { stdout, stderr } = await python(PROGRAM, input)
  if (stdout === '') throw new Error(stderr)
  // The program above prints a Transferred.
  return JSON.parse(stdout) as Transferred
}

const NOTIFY = `
import json, sys
import dns.flags, dns.message, dns.opcode, dns.query, dns.rcode
job = json.load(sys.stdin)
m = dns.message.make_query(job['apex'], 'SOA')
m.set_opcode(dns.opcode.NOTIFY)
m.flags = (m.flags & ~dns.flags.RD) | dns.flags.AA
print(dns.rcode.to_text(dns.query.udp(m, '127.0.0.1', 60, job['port']).rcode()))
`

/** Tells a secondary that the zone has changed; @returns the RCODE of its answer */
export const notifyAt = async (port: number, apex: string): Promise<string> => {
  const input = JSON.stringify({ port, apex })
  const { stdout, stderr } = await python(NOTIFY, input)
  if (stdout === '') throw new Error(stderr)
  return stdout.trim()
}

/** Resolves when the server's zone has that serial. @throws when it does not get it in time */
export const serialAt = async (port: number, apex: string, serial: number): Promise<void> => {
  const input = JSON.stringify({ port, apex, serial })
  const { stdout, stderr } = await python(WAIT, input)
  if (stdout === '') throw new Error(stderr)
}

const WAIT = `
import json, sys, time
import dns.message, dns.query, dns.rdatatype
job = json.load(sys.stdin)
seen, end = None, time.time() + 100
while time.time() < end and seen != job['serial']:
    try:
        m = dns.query.udp(dns.message.make_query(job['apex'], 'SOA'), '127.0.0.1', 1, job['port'])
        seen = m.answer[0][0].serial if m.answer else None
    except Exception as e:
        pass
    if seen != job['serial']:
        time.sleep(0.02)
if seen != job['serial']:
    raise Exception(f"serial {seen} instead of {job['serial']}")
print('seen')
`
