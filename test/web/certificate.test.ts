/** HTTPS: the certificate that is shown, and the next one. */
import { writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { connect } from 'node:tls'
import t from 'tap'
import { answer } from '../../src/dyndns/request.ts'
import { readCertificate, watchFiles } from '../../src/web/certificate.ts'
import { listenWeb } from '../../src/web/web-listener.ts'
import { skipWithout } from '../support/tools.ts'
import { makeCertificate } from '../support/web-livezone.ts'

const skip = skipWithout('openssl')

t.test('the certificate is exchanged while it listens', { skip }, async (t) => {
  const folder = t.testdir()
  await makeCertificate(folder)
  await makeCertificate(folder, 'next')
  const files = (name: string) => ({
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  })
  const [first, next] = [readCertificate(files('server')), readCertificate(files('next'))]
  const listener = await listenWeb(
    { kind: 'tls', certificate: first },
    { address: '127.0.0.1', port: 0 },
    {
      handler: ({ transport }) => Promise.resolve(answer(200, transport)),
      isTrusted: () => false,
    },
  )
  t.teardown(() => listener.close())
  const ask = async (ca: Buffer): Promise<string> => {
    const socket = connect({ port: listener.port, host: '127.0.0.1', ca })
    let text = ''
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece))
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await once(socket, 'close')
    return text
  }
  t.match(await ask(first.cert), /\r\n\r\nhttps$/)
  await t.rejects(ask(next.cert))
  listener.renew(next)
  t.match(await ask(next.cert), /\r\n\r\nhttps$/)
})

t.test('a key that is another certificate’s is refused', { skip }, async (t) => {
  const folder = t.testdir()
  await makeCertificate(folder)
  await makeCertificate(folder, 'next')
  const mixed = { certificate: join(folder, 'server.pem'), key: join(folder, 'next.key') }
  t.throws(() => readCertificate(mixed), /mismatch/)
  t.throws(() => readCertificate({ ...mixed, certificate: join(folder, 'none') }), /ENOENT/)
})

t.test('files that change are noticed once', async (t) => {
  const folder = t.testdir({ cert: 'a', key: 'b' })
  const changed = watchFiles({ certificate: join(folder, 'cert'), key: join(folder, 'none') })
  t.equal(changed(), false)
  writeFileSync(join(folder, 'cert'), 'longer')
  t.equal(changed(), true)
  t.equal(changed(), false)
})
