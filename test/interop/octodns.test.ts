/** The messages of octodns-bind: a transfer to see what there is, then a plan as one update over TCP. */
import t from 'tap'
import { Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { replay } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { transferFrom } from '../support/transfers.ts'

const WWW = 'www.dyn.example.'
const OLD = 'old.dyn.example.'
const APEX = 'dyn.example.'

t.test(
  'octodns creates, replaces and deletes',
  { skip: skipWithout('/usr/bin/python3') },
  async (t) => {
    const server = new Livezone(t.testdir(), TRANSFER_CONFIG)
    await server.start()
    t.teardown(() => server.stop())
    const key = { name: 'ddns-key.', secret: server.secret }
    const { records, serial } = await transferFrom(server.port, APEX, key)
    t.equal(serial, 1)
    t.strictSame(
      records.map((record) => record.split(' ').slice(0, 3).join(' ')),
      [`${APEX} 3600 NS`, `${APEX} 3600 SOA`, `ns1.${APEX} 3600 A`],
    )
    const outcomes = await replay(server, [
      {
        update: {
          over: 'tcp',
          parts: [
            ['add', WWW, 300, 'A', '192.0.2.1', '192.0.2.2'],
            ['add', WWW, 300, 'CAA', '0 issue "ca.example.net"'],
            ['add', OLD, 300, 'MX', '10 mail.dyn.example.', '20 mail.example.net.'],
          ],
        },
        look: [
          [WWW, 'A'],
          [WWW, 'CAA'],
          [OLD, 'MX'],
        ],
      },
      {
        update: {
          over: 'tcp',
          parts: [
            ['delete', OLD, 'MX', '10 mail.dyn.example.'],
            ['delete', OLD, 'MX', '20 mail.example.net.'],
            ['replace', WWW, 60, 'A', '192.0.2.2', '192.0.2.3'],
          ],
        },
        look: [
          [WWW, 'A'],
          [WWW, 'CAA'],
          [OLD, 'MX'],
        ],
      },
      {
        // RFC 2136 §3.4.2.3: the NS set of the apex is not deleted as a whole.
        update: { over: 'tcp', parts: [['replace', APEX, 300, 'NS', 'ns.example.net.']] },
        look: [[APEX, 'NS']],
      },
    ])
    t.strictSame(
      outcomes.map(({ rcode }) => rcode),
      ['NOERROR', 'NOERROR', 'NOERROR'],
    )
    t.strictSame(
      outcomes.map(({ looked }) => looked.flatMap(({ answer }) => answer)),
      [
        [
          `${WWW} 300 A 192.0.2.1`,
          `${WWW} 300 A 192.0.2.2`,
          `${WWW} 300 CAA 0 issue "ca.example.net"`,
          `${OLD} 300 MX 10 mail.dyn.example.`,
          `${OLD} 300 MX 20 mail.example.net.`,
        ],
        [
          `${WWW} 60 A 192.0.2.2`,
          `${WWW} 60 A 192.0.2.3`,
          `${WWW} 300 CAA 0 issue "ca.example.net"`,
        ],
        [`${APEX} 300 NS ns.example.net.`, `${APEX} 300 NS ns1.dyn.example.`],
      ],
    )
    t.equal(outcomes[1]?.looked[2]?.rcode, 'NXDOMAIN')
  },
)
