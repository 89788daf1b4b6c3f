/** Log lines, and what becomes of them when they cannot be written. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LogStream } from '../../src/cli/log-stream.ts'

t.test('a line is written at once', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  new LogStream(descriptor).write('one\n')
  t.equal(readFileSync(file, 'utf8'), 'one\n')
  closeSync(descriptor)
})

t.test('lines that a full disk does not take are counted, and nobody waits for them', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  const closed = openSync(file, 'a')
  const stream = new LogStream(closed)
  closeSync(closed)
  stream.write('lost\n')
  stream.write('lost as well\n')
  // The next file that is opened gets the number that was given back: the disk has room again.
  const again = openSync(file, 'a')
  t.equal(again, closed)
  stream.write('here\n')
  stream.write('again\n')
  t.equal(readFileSync(file, 'utf8'), '{"lostLogLines":2}\nhere\nagain\n')
  closeSync(again)
  closeSync(descriptor)
})
