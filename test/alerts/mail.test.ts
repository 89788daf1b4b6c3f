/** Mail, at a server of ours. */
import t, { type Test } from 'tap'
import { mail, type MailSettings } from '../../src/alerts/mail.ts'
import { alert, message } from '../support/alerts.ts'
import { SmtpListener } from '../support/smtp-listener.ts'

const setUp = async (t: Test, more: Partial<MailSettings> = {}) => {
  const listener = await SmtpListener.open()
  t.teardown(() => {
    listener.close()
  })
  const way = mail({
    server: '127.0.0.1',
    port: listener.port,
    tls: 'none',
    login: undefined,
    from: 'livezone@dyn.example',
    to: ['you@example.net', 'me@example.net'],
    ...more,
  })
  return { listener, way }
}

t.test('a mail is plain text to every recipient, and asks for no automatic answer', async (t) => {
  const { listener, way } = await setUp(t)
  t.equal(await way.send(message(alert())), '250 taken')
  t.match(
    listener.commands.join('\n'),
    /MAIL FROM:<livezone@dyn.example>\nRCPT TO:<you@example.net>\nRCPT TO:<me@example.net>\nDATA/,
  )
  const [sent = ''] = listener.mails
  t.match(sent, /^Auto-Submitted: auto-generated\r$/im)
  t.match(sent, /^Subject: livezone: home\.dyn\.example is not updated any more\r$/m)
  t.match(sent, /^Content-Type: text\/plain/m)
  t.match(sent, /not seen for 2 days\.\r\nSee to it\.\r\n/)
  t.notOk(listener.commands.some((command) => command.startsWith('AUTH')))
})

t.test('with a user it logs in', async (t) => {
  const { listener, way } = await setUp(t, { login: { user: 'u', password: 'p' } })
  await way.send(message(alert()))
  const credentials = Buffer.from('\0u\0p').toString('base64')
  t.ok(listener.commands.includes(`AUTH PLAIN ${credentials}`))
})

t.test('what the server does not take is said in its words', async (t) => {
  const { listener, way } = await setUp(t)
  listener.verdict = '554 no thanks'
  await t.rejects(way.send(message(alert())), /554 no thanks/)
})

t.test('a password is not sent to a server that has no TLS, unless that is wanted', async (t) => {
  const { listener, way } = await setUp(t, { tls: 'starttls', login: { user: 'u', password: 'p' } })
  await t.rejects(way.send(message(alert())), /STARTTLS/)
  t.notOk(listener.commands.some((command) => command.startsWith('AUTH')))
})
