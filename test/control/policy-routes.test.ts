/** Asking the running server what it would decide. */
import t from 'tap'
import { keyFault } from '../../src/access/keyring.ts'
import { createControl } from '../../src/control/control-server.ts'
import { policyRoutes } from '../../src/control/policy-routes.ts'
import { recordingLog } from '../support/log.ts'
import { name, TestService } from '../support/service.ts'

const post = async (
  body: object,
  service = new TestService(),
): Promise<{ status: number; answer: unknown }> => {
  const server = createControl(
    [
      policyRoutes(
        () => service.zones,
        (key) => keyFault(service.keyring, key, service.clock.nowSeconds()),
      ),
    ],
    recordingLog().log,
  )
  const response = await server.inject({ method: 'POST', url: '/explain', payload: body })
  return { status: response.statusCode, answer: response.json() }
}

const QUESTION = {
  key: 'ddns-key',
  from: '192.0.2.1',
  transport: 'udp',
  changes: ['add x.dyn.example. 60 A 192.0.2.1'],
}

t.test('a question is answered by the zones and rules that are served', async (t) => {
  t.strictSame(await post(QUESTION), {
    status: 200,
    answer: {
      allowed: true,
      rcode: 'NOERROR',
      lines: ['allowed by rule 1 (ddns-key. zonesub ANY)'],
    },
  })
})

t.test('a question that is none is answered with what is wrong', async (t) => {
  t.match(await post({ ...QUESTION, changes: ['add'] }), {
    status: 422,
    answer: { detail: '"add", at column 4: the name is missing' },
  })
  t.match(await post({ ...QUESTION, changes: [] }), { status: 400, answer: { status: 400 } })
  t.match(await post({ ...QUESTION, transport: 'tls' }), { status: 400 })
})

t.test('RFC 8945 §5.2.1 a key that the server does not have would be NOTAUTH', async (t) => {
  t.strictSame(await post({ ...QUESTION, key: 'no-such' }), {
    status: 200,
    answer: {
      allowed: false,
      rcode: 'NOTAUTH',
      lines: ['refused (NOTAUTH): unknown key no-such.'],
    },
  })
})

t.test('a secondary zone is changed at its primary, whatever the rules', async (t) => {
  const service = new TestService()
  const zone = service.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  service.zones.add({ ...zone, isSecondary: true })
  t.match(await post(QUESTION, service), {
    status: 200,
    answer: { allowed: false, rcode: 'REFUSED', lines: [/secondary/] },
  })
})
