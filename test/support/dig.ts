/** What BIND's dig sees of a livezone. */
import type { Livezone } from './livezone.ts'
import { run } from './tools.ts'

/** For dig and kdig, which print that they ask again: on a busy machine an answer may take more than their 5 s. */
export const PATIENT = '+time=60'

const ask = async (server: Livezone, ...args: readonly string[]): Promise<string> =>
  (await run('dig', ['@127.0.0.1', '-p', `${server.port}`, PATIENT, '+norecurse', ...args])).stdout

/** The records of the answer section, sorted, each as `NAME TTL TYPE RDATA`. */
export const digRecords = async (server: Livezone, name: string, type: string): Promise<string[]> =>
  digAllRecords(server, [name], type)

/** The same of several names, by one dig. */
export const digAllRecords = async (
  server: Livezone,
  names: readonly string[],
  type: string,
): Promise<string[]> => {
  const questions = names.flatMap((name) => [name, type])
  const answer = await ask(server, '+noall', '+answer', '+noclass', ...questions)
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/\s+/g, ' '))
    .sort()
}

/** The RDATA of the answer section, sorted. */
export const digData = async (server: Livezone, name: string, type: string): Promise<string[]> =>
  (await digRecords(server, name, type)).map((record) => record.split(' ').slice(3).join(' '))

/** The answer's RCODE, such as `NXDOMAIN`. */
export const digStatus = async (
  server: Livezone,
  name: string,
  type: string,
): Promise<string | undefined> =>
  / status: ([A-Z]+),/.exec(await ask(server, '+noall', '+comments', name, type))?.[1]
