/** Who a request comes from, as code and as text. */
import t from 'tap'
import { anonymous, keyNameOf, principalText, type Principal } from '../../src/access/principal.ts'
import { name, tsigKey } from '../support/service.ts'

const holder: Principal = { kind: 'key', key: tsigKey('Ddns-Key.') }

t.test('whoever proved a key is known by its name', async (t) => {
  t.strictSame(keyNameOf(holder), name('Ddns-Key.'))
  t.equal(principalText(holder), 'key:Ddns-Key.')
})

t.test('whoever proved nothing has no key name', async (t) => {
  t.equal(keyNameOf(anonymous), undefined)
  t.equal(principalText(anonymous), 'anonymous')
})

t.test('holders of tokens and operators are told apart, and have no key', async (t) => {
  const operator: Principal = { kind: 'operator', name: 'ci' }
  t.equal(principalText({ kind: 'token', name: 'ci' }), 'token:ci')
  t.equal(principalText(operator), 'operator:ci')
  t.equal(keyNameOf(operator), undefined)
})
