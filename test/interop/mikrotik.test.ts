/** The messages of RouterOS's dns-update tool, which can sign by HMAC-MD5 only. */
import t from 'tap'
import { Livezone } from '../support/livezone.ts'
import { replay, type Part, type Turn } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { writeKey } from '../support/written-key.ts'

const ROUTER = 'router.dyn.example.'

const turn = (...parts: Part[]): Turn => ({
  update: { over: 'udp', parts },
  look: [[ROUTER, 'A']],
})

t.test(
  'RFC 8945 §6 a router signs by HMAC-MD5',
  { skip: skipWithout('/usr/bin/python3') },
  async (t) => {
    const server = new Livezone(t.testdir())
    writeKey(server, 'hmac-md5')
    await server.start()
    t.teardown(() => server.stop())
    const outcomes = await replay(
      server,
      [
        turn(['delete', ROUTER, 'A'], ['add', ROUTER, 60, 'A', '192.0.2.1']),
        turn(['delete', ROUTER, 'A'], ['add', ROUTER, 60, 'A', '192.0.2.2']),
        // RFC 2136 §2.5.1: a record of TTL 0 is a record.
        turn(['delete', ROUTER, 'A'], ['add', ROUTER, 0, 'A', '192.0.2.2']),
      ],
      'hmac-md5.sig-alg.reg.int',
    )
    t.strictSame(
      outcomes.map(({ rcode, looked }) => [rcode, ...(looked[0]?.answer ?? [])]),
      [
        ['NOERROR', `${ROUTER} 60 A 192.0.2.1`],
        ['NOERROR', `${ROUTER} 60 A 192.0.2.2`],
        ['NOERROR', `${ROUTER} 0 A 192.0.2.2`],
      ],
    )
    await t.resolves(server.logged(/HMAC-MD5/), 'livezone advises against it')
  },
)
