/** Whoever reads what a command writes may go, or be a full disk. */
import { PassThrough } from 'node:stream'
import t from 'tap'
import { endWithStdout } from '../../src/cli/broken-stdout.ts'

const broken = async (error: Error): Promise<[status: number, said: string]> => {
  const stdout = new PassThrough()
  let said = ''
  const stderr = { write: (text: string) => (said += text) !== '' }
  const status = await new Promise<number>((exit) => {
    endWithStdout({ stdout, stderr, exit })
    stdout.destroy(error)
  })
  return [status, said]
}

const systemError = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code, errno: -1, syscall: 'write' })

t.test('a reader that has gone has seen enough', async (t) => {
  t.strictSame(await broken(systemError('EPIPE', 'write EPIPE')), [0, ''])
})

t.test('another failure is said, and exits 1', async (t) => {
  const said = 'ENOSPC: no space left on device, write'
  t.strictSame(await broken(systemError('ENOSPC', said)), [1, `${said}\n`])
  t.strictSame(await broken(new Error('a bug')), [1, 'a bug\n'])
})
