/** Who may have a whole zone. */
import t from 'tap'
import { anonymous, type Principal } from '../../src/access/principal.ts'
import { noTransfers, transferRightOf } from '../../src/access/transfer-policy.ts'
import { name, tsigKey } from '../support/service.ts'

const holderOf = (key: string): Principal => ({ kind: 'key', key: tsigKey(key) })
const isInNetwork = (address: string): boolean => address === '192.0.2.1'
const policy = { keys: [name('Transfer.'), name('other.')], isInNetwork }

t.test('a listed key may transfer from anywhere, its case aside', async (t) => {
  for (const key of ['transfer.', 'TRANSFER.', 'other.']) {
    t.equal(transferRightOf(policy, holderOf(key), '203.0.113.9'), 'transfer')
  }
  t.equal(transferRightOf(policy, holderOf('another.'), '203.0.113.9'), undefined)
})

t.test('a listed network may transfer, with any key or none', async (t) => {
  for (const principal of [anonymous, holderOf('another.'), holderOf('other.')]) {
    t.equal(transferRightOf(policy, principal, '192.0.2.1'), 'transfer')
  }
  t.equal(transferRightOf(policy, anonymous, '192.0.2.2'), undefined)
})

t.test('where nothing is listed nobody may', async (t) => {
  for (const principal of [anonymous, holderOf('other.')]) {
    t.equal(transferRightOf(noTransfers, principal, '192.0.2.1'), undefined)
  }
})
