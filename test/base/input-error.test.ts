/** `base/input-error.ts`: a tool that knows nothing of DNS. */
import t from 'tap'
import { InputError } from '../../src/base/input-error.ts'

t.test('an input error says file, line and column in front, as editors understand', async (t) => {
  const error = new InputError('livezone.toml', 3, 14, 'no such option')
  t.ok(error instanceof Error)
  t.match(error, {
    name: 'InputError',
    message: 'livezone.toml:3:14: no such option',
    file: 'livezone.toml',
    line: 3,
    column: 14,
  })
})
