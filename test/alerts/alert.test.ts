/** What alerts say, to people and to programs. */
import t from 'tap'
import { jsonOf, subjectOf, textOf } from '../../src/alerts/alert.ts'
import { alert, message, TIME } from '../support/alerts.ts'

t.test('a mail says what is the matter and what to do', async (t) => {
  const one = message(alert())
  t.equal(subjectOf(one), 'livezone: home.dyn.example is not updated any more')
  t.equal(
    textOf(one),
    'home.dyn.example is not updated any more: not seen for 2 days.\nSee to it.\n2023-11-14T22:13:20Z\n',
  )
  const back = alert({ event: 'recovery', words: 'seen 0 seconds ago', advice: undefined })
  t.equal(subjectOf(message(back)), 'livezone: home.dyn.example is well again')
  t.equal(
    textOf(message(back)),
    'home.dyn.example is well again: seen 0 seconds ago.\n2023-11-14T22:13:20Z\n',
  )
})

t.test('each kind has its subject, and several are one message', async (t) => {
  const kinds = ['flapping', 'login', 'update', 'trouble'] as const
  const subjects = kinds.map((kind) => subjectOf(message(alert({ kind, host: 'h' }))))
  t.strictSame(subjects, [
    'livezone: h is updated by two devices',
    'livezone: h cannot log in',
    'livezone: h cannot update',
    'livezone: h has trouble',
  ])
  const two = message(alert({ kind: 'trouble', host: undefined }), alert())
  t.equal(subjectOf(two), 'livezone: the server has trouble (and 1 more)')
  t.equal(textOf(two).split('\n\n').length, 2)
})

t.test('a message names a hundred, and has the number of more', async (t) => {
  const many = message(...Array.from({ length: 103 }, (_, n) => alert({ host: `h${n}` })))
  t.match(textOf(many), /And 3 more\.\n$/)
  // It is what jsonOf writes.
  const json = JSON.parse(jsonOf(many)) as { count: number; alerts: unknown[] }
  t.strictSame([json.count, json.alerts.length], [103, 100])
})

t.test('a webhook gets JSON', async (t) => {
  const json: unknown = JSON.parse(jsonOf(message(alert({ kind: 'trouble', host: undefined }))))
  t.strictSame(json, {
    time: '2023-11-14T22:13:20Z',
    test: false,
    subject: 'livezone: the server has trouble',
    count: 1,
    alerts: [
      {
        time: '2023-11-14T22:13:20Z',
        event: 'alert',
        kind: 'trouble',
        words: 'not seen for 2 days',
        advice: 'See to it.',
        subject: 'the server has trouble',
      },
    ],
  })
})

t.test('a test says that it is one', async (t) => {
  const test = { time: TIME, isTest: true, alerts: [] }
  t.equal(subjectOf(test), 'livezone: a test')
  t.match(textOf(test), /^This is a test of 2023-11-14T22:13:20Z/)
  t.match(jsonOf(test), /"test":true/)
})
