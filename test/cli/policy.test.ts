/** `livezone policy`: the rules as they are tried. */
import t from 'tap'
import { configText, grantText } from '../support/config-text.ts'
import { Operator } from '../support/operator.ts'

const CONFIG = configText({
  rest: [
    'transfer = ["key:secondary.", "192.0.2.0/24"]',
    'strict = true',
    grantText('preset = "acme"', 'key = "web."', 'hosts = ["a.dyn.example.", "b.dyn.example."]'),
    grantText('key = "k."', 'match = "zonesub"'),
    '[[zone]]\nname = "other.example."\n',
  ].join('\n'),
})

const DYN = `dyn.example.
  rule 1: web. name _acme-challenge.a.dyn.example. TXT(10)
  rule 2: web. name _acme-challenge.b.dyn.example. TXT(10)
  rule 3: k. zonesub
  transfer, where no rule says otherwise: secondary.
  transfer, where no rule says otherwise: 192.0.2.0/24
  strict: what a delegation or DNAME would hide is refused
`

const OTHER = `other.example.
  no rule: nobody may update it
`

t.test('all zones are printed with their rules, presets written out', async (t) => {
  const operator = new Operator(t.testdir(), CONFIG)
  const result = await operator.run('policy')
  t.strictSame(result, { code: 0, stdout: `${DYN}\n${OTHER}`, stderr: '' })
})

t.test('one zone is printed alone, whatever its case', async (t) => {
  const operator = new Operator(t.testdir(), CONFIG)
  t.equal((await operator.run('policy', 'Other.Example')).stdout, OTHER)
})

t.test('a zone that the configuration does not have is an error', async (t) => {
  const operator = new Operator(t.testdir(), CONFIG)
  const { code, stderr } = await operator.run('policy', 'example.')
  t.equal(code, 2)
  t.match(stderr, /has no zone example\.; it has: dyn\.example\., other\.example\.\n$/)
})
