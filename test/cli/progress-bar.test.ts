/** The progress bar, drawn onto a terminal that remembers. */
import t from 'tap'
import { progressBar } from '../../src/cli/progress-bar.ts'

t.test('on a terminal each new percent is drawn over the last one', async (t) => {
  const drawn: string[] = []
  const terminal = { isTTY: true, write: (text: string) => drawn.push(text) > 0 }
  const show = progressBar(1000, terminal)
  for (const done of [0, 4, 500, 505, 1000]) show(done)
  t.strictSame(drawn, [
    `\r[${'.'.repeat(40)}] 0 %`,
    `\r[${'#'.repeat(20)}${'.'.repeat(20)}] 50 %`,
    `\r[${'#'.repeat(40)}] 100 %\n`,
  ])
})

t.test('elsewhere nothing is drawn', async (t) => {
  const drawn: string[] = []
  const terminal = { isTTY: false, write: (text: string) => drawn.push(text) > 0 }
  progressBar(10, terminal)(10)
  t.strictSame(drawn, [])
})
