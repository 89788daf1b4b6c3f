/** Hearing of changes to addresses and routes: from `ip monitor` on Linux; elsewhere one looks now and then. */
import { spawn } from 'node:child_process'
import type { Log } from '../base/log.ts'

const ARGUMENTS = ['-o', 'monitor', 'address', 'route']

export interface MonitorTimes {
  /** How often the system is asked where nobody tells. */
  readonly lookMilliseconds: number
  /** A monitor that ended is started again after so long. */
  readonly restartMilliseconds: number
}

const TIMES: MonitorTimes = { lookMilliseconds: 10_000, restartMilliseconds: 5000 }

/**
 * @param onNews is called whenever something may have changed
 * @returns a way to stop
 */
export const monitorNetwork = (
  onNews: () => void,
  log: Log,
  ip = 'ip',
  { lookMilliseconds, restartMilliseconds } = TIMES,
): (() => void) => {
  let stop: () => void
  const start = (): void => {
    const child = spawn(ip, ARGUMENTS, { stdio: ['ignore', 'pipe', 'ignore'] })
    let timer: NodeJS.Timeout | undefined
    stop = () => {
      clearTimeout(timer)
      child.removeAllListeners()
      // What it is told to end with may find it gone.
      child.on('error', () => undefined)
      // Killing one that was never there would end our own process group.
      if (child.pid !== undefined) child.kill()
    }
    // What happened before it listens was not heard.
    child.once('spawn', onNews)
    child.stdout.on('data', onNews)
    child.once('error', (error: NodeJS.ErrnoException) => {
      child.removeAllListeners('exit')
      log.info(
        { why: error.message },
        'no events of the network: it is looked at every few seconds',
      )
      const looking = setInterval(onNews, lookMilliseconds)
      stop = () => {
        clearInterval(looking)
      }
    })
    child.once('exit', (code, signal) => {
      log.warn({ code, signal }, `${ip} monitor ended: it is started again`)
      timer = setTimeout(start, restartMilliseconds)
    })
  }
  start()
  return () => {
    stop()
  }
}
