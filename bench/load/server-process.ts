/** A server's process on its own processor, and those that it has forked. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { SERVER_CPU } from './target.ts'

export class ServerProcess {
  private child: ChildProcess | undefined

  /** @param logFile gets what the server prints */
  start(command: readonly string[], logFile: string): void {
    // However the benchmark ends, the server goes with it.
    const bound = ['--pdeathsig', 'KILL', 'taskset', '-c', SERVER_CPU, ...command]
    const child = spawn('setpriv', bound, {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const log = createWriteStream(logFile)
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    this.child = child
  }

  /** `setpriv` and `taskset` become the server; NSD and others fork from it. */
  pids(): number[] {
    const first = this.child?.pid
    return first === undefined ? [] : withChildren(first)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child
    this.child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    if (signal === 'SIGKILL' && child.pid !== undefined) {
      for (const pid of withChildren(child.pid).reverse()) process.kill(pid, signal)
    } else child.kill(signal)
    await gone
  }
}

const withChildren = (pid: number): number[] => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    const pids = children.split(' ').filter((word) => word !== '')
    return [pid, ...pids.flatMap((child) => withChildren(Number(child)))]
  } catch {
    return []
  }
}
