/** Log lines, and what becomes of them when they cannot be written. */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LogStream } from '../../src/cli/log-stream.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('lines of one turn are written together, at its end', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  const stream = new LogStream(descriptor)
  stream.write('one\n')
  stream.write('two\n')
  t.equal(readFileSync(file, 'utf8'), '')
  await turn()
  t.equal(readFileSync(file, 'utf8'), 'one\ntwo\n')
  stream.write('three\n')
  await turn()
  t.equal(readFileSync(file, 'utf8'), 'one\ntwo\nthree\n')
  closeSync(descriptor)
})

t.test('the last lines are written when the process ends, and nothing twice', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  const stream = new LogStream(descriptor)
  stream.write('last\n')
  stream.flush()
  stream.flush()
  await turn()
  t.equal(readFileSync(file, 'utf8'), 'last\n')
  closeSync(descriptor)
})

t.test('many lines in one turn do not wait for its end', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  const stream = new LogStream(descriptor)
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 65; i++) stream.write(line)
  t.equal(readFileSync(file, 'utf8').length, 64 * 1024)
  await turn()
  t.equal(readFileSync(file, 'utf8').length, 65 * 1024)
  closeSync(descriptor)
})

t.test('lines that a full disk does not take are counted, and nobody waits for them', async (t) => {
  const file = join(t.testdir(), 'log')
  const descriptor = openSync(file, 'w')
  const closed = openSync(file, 'a')
  const stream = new LogStream(closed)
  closeSync(closed)
  stream.write('lost\n')
  stream.flush()
  stream.write('lost as well\n')
  stream.flush()
  // The next file that is opened gets the number that was given back: the disk has room again.
  const again = openSync(file, 'a')
  t.equal(again, closed)
  stream.write('here\n')
  stream.flush()
  stream.write('again\n')
  stream.flush()
  t.equal(readFileSync(file, 'utf8'), '{"lostLogLines":2}\nhere\nagain\n')
  closeSync(again)
  closeSync(descriptor)
})

t.test('after a line that was cut short the next one begins on a line of its own', async (t) => {
  const fifo = join(t.testdir(), 'fifo')
  execFileSync('mkfifo', [fifo])
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
  const octets = Buffer.alloc(1024 * 1024)
  const stream = new LogStream(writer)
  // A pipe that has room for less than the line.
  writeSync(writer, 'x'.repeat(60_000))
  stream.write(`${'y'.repeat(60_000)}\n`)
  stream.flush()
  readSync(reader, octets)
  stream.write('whole\n')
  stream.flush()
  const text = octets.toString('latin1', 0, readSync(reader, octets))
  t.equal(text, '\n{"lostLogLines":1}\nwhole\n')
  closeSync(writer)
  closeSync(reader)
})
