/** RFC 5936 §4, RFC 1995 §3: who has a zone as a whole, and who its history. */
import t from 'tap'
import type { Right, Rule } from '../../src/access/rule.ts'
import { transferRightOf } from '../../src/access/transfer-right.ts'
import { ZonePolicy, type TransferAllowance } from '../../src/access/zone-policy.ts'
import { isInAny } from '../../src/config/networks.ts'
import { name, ruleFor } from '../support/service.ts'

const to = (
  rights: readonly Right[],
  more: Partial<Rule> = {},
  key: string | undefined = 'k.',
): Rule => ruleFor(key, { rights: new Set(rights), ...more })

const network: TransferAllowance = {
  kind: 'network',
  network: { text: '', includes: isInAny([{ address: '192.0.2.0', prefixLength: 24 }]) },
}
const K: TransferAllowance = { kind: 'key', key: name('K.') }

const denied: Partial<Rule> = { deny: true }

for (const [title, rules, transfer, expected] of [
  ['nobody said anything', [], [], 'none'],
  ['a rule about updates alone', [to(['update'])], [], 'none'],
  ['a rule that gives it', [to(['transfer'])], [], 'transfer'],
  ['a rule that gives the list', [to(['list'])], [], 'list'],
  ['a rule that gives all', [to(['update', 'transfer', 'list'])], [], 'transfer'],
  ['a rule for another key', [to(['transfer'], {}, 'other.')], [], 'none'],
  ['a rule for every key', [to(['transfer'], {}, '*.')], [], 'transfer'],
  ['a rule for anyone', [ruleFor(undefined, { rights: new Set(['transfer']) })], [], 'transfer'],
  ['a rule over another transport', [to(['transfer'], { transport: 'udp' })], [], 'none'],
  ['a rule in shadow', [to(['transfer'], { shadow: true })], [], 'none'],
  ['a denial before it', [to(['transfer'], denied), to(['transfer'])], [], 'none'],
  ['a denial after it', [to(['transfer']), to(['transfer'], denied)], [], 'transfer'],
  ['a denial, and then the list', [to(['transfer'], denied), to(['list'])], [], 'list'],
  ['the list denied, and then all', [to(['list'], denied), to(['transfer'])], [], 'none'],
  ['the key on the list of the zone', [], [K], 'transfer'],
  ['another key there', [], [{ kind: 'key', key: name('l.') }], 'none'],
  ['the network there', [], [network], 'transfer'],
  ['a denial, and the list of the zone', [to(['transfer'], denied)], [K, network], 'none'],
  ['the list denied, and the list of the zone', [to(['list'], denied)], [K, network], 'none'],
  ['the list, and the list of the zone', [to(['list'])], [network], 'transfer'],
] as const) {
  t.test(`RFC 5936 §4 ${title}: ${expected}`, async (t) => {
    const policy = new ZonePolicy(name('dyn.example.'), rules, transfer)
    const requester = { key: name('k.'), address: '192.0.2.7', transport: 'tcp' } as const
    t.equal(transferRightOf(policy, requester), expected)
  })
}

t.test('RFC 5936 §4 without a signature the address alone counts', async (t) => {
  const policy = new ZonePolicy(name('dyn.example.'), [to(['transfer'])], [K, network])
  const from = (address: string): string =>
    transferRightOf(policy, { key: undefined, address, transport: 'tcp' })
  t.equal(from('192.0.2.7'), 'transfer')
  t.equal(from('192.0.3.7'), 'none')
})
