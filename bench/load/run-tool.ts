/** Runs a program to its end, on the processor of those who load. */
import { spawn } from 'node:child_process'
import { CLIENT_CPU } from './target.ts'

/**
 * @returns what it printed on stdout
 * @throws Error with what it printed on stderr when it failed
 */
export const runTool = (command: string, args: readonly string[], input = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('taskset', ['-c', CLIENT_CPU, command, ...args])
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}${output}`))
    })
    child.stdin.end(input)
  })
