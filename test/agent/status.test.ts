/** How a host stands, from what is remembered. */
import t from 'tap'
import type { HostState } from '../../src/agent/decide.ts'
import { statusOf } from '../../src/agent/status.ts'
import { agentSettings, HOME } from '../support/agent.ts'

const NOW = 1_700_000_000_000
const TIME = '2023-11-14T22:13:20.000Z'

t.test('what is remembered of a host says how it stands', async (t) => {
  const failure = { kind: 'later', why: 'x', since: NOW, tries: 2, nextTryAt: NOW } as const
  const rest = { failure: undefined, changed: undefined, verified: undefined }
  const nothing = { host: HOME, state: 'unknown', ipv4: undefined, ipv6: undefined, ...rest }
  const told = { why: 'x', since: TIME, tries: 2, nextTry: TIME }
  const of = (state?: HostState, fingerprint = 'f'): unknown[] => {
    const hosts: Record<string, HostState> = state === undefined ? {} : { [HOME]: state }
    return statusOf(agentSettings(), { fingerprint, found: {}, missingSince: {}, hosts })
  }
  const known = { published: { ipv4: '192.0.2.1', ipv6: null }, changedAt: NOW, verifiedAt: NOW }
  const ok = { ...nothing, ...known.published, state: 'ok', changed: TIME, verified: TIME }
  t.strictSame(of(known), [ok])
  t.strictSame(of({ published: {}, verifiedAt: NOW }), [
    { ...nothing, state: 'ok', verified: TIME },
  ])
  t.strictSame(of({ ...known, failure }), [{ ...ok, state: 'failing', failure: told }])
  const no = { ...failure, kind: 'refused' } as const
  t.strictSame(of({ ...known, failure: no }), [{ ...ok, state: 'refused', failure: told }])
  t.strictSame(of({ published: {} }), [nothing])
  t.strictSame(of(), [nothing])
  t.strictSame(of(known, 'another'), [nothing])
  t.strictSame(statusOf(agentSettings(), undefined), [nothing])
})
