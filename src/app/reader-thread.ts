/** Where a thread that only reads begins. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { loadSystemCalls } from '../transport/system-calls.ts'
import type { FromReader, ReaderStart, ToReader } from './reader-messages.ts'
import { Reader } from './reader.ts'

/** As often as it tells what it counted. */
const REPORT_MILLISECONDS = 1000

// It is a thread, and `readers.ts` started it.
const port = parentPort as MessagePort
const start = workerData as ReaderStart
const post = (message: FromReader): void => {
  port.postMessage(message)
}
const begin = async (): Promise<void> => {
  const reader = new Reader(start, await loadSystemCalls(), post)
  process.once('exit', reader.letGo)
  const timer = setInterval(reader.report, REPORT_MILLISECONDS)
  port.on('message', (message: ToReader) => {
    void reader.take(message).then(() => {
      if (message.kind !== 'stop') return
      clearInterval(timer)
      port.close()
    })
  })
  post({ kind: 'ready' })
}
// As in `cli/main.ts`.
void begin()
