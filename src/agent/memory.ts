/** What the agent remembers from one run to the next: a JSON file that its owner alone can read. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { isSystemError } from '../base/system-error.ts'
import type { PerFamily } from './address.ts'
import type { HostState } from './decide.ts'

export interface Memory {
  /** Of the settings with which all of this came about. */
  readonly fingerprint: string
  /** The addresses that were found last. */
  readonly found: PerFamily<string>
  /** Since when sources have agreed that there is no address; milliseconds since 1970. */
  readonly missingSince: PerFamily<number>
  /** By name, as text. */
  readonly hosts: Readonly<Record<string, HostState>>
}

export const emptyMemory = (fingerprint: string): Memory => ({
  fingerprint,
  found: {},
  missingSince: {},
  hosts: {},
})

/** With other settings nothing counts but that somebody was told of a failure: it may be over now. */
export const memoryFor = (fingerprint: string, before: Memory | undefined): Memory => {
  if (before?.fingerprint === fingerprint) return before
  const told = Object.entries(before?.hosts ?? {}).flatMap(([host, { failure }]) => {
    if (failure?.alertedAt === undefined) return []
    // It is tried at once, and a refusal of the new settings is news.
    const passing = { ...failure, kind: 'later', tries: 0, nextTryAt: 0 } as const
    return [[host, { published: {}, failure: passing }] as const]
  })
  return { ...emptyMemory(fingerprint), hosts: Object.fromEntries(told) }
}

const perFamily = <T extends z.ZodType>(
  value: T,
): z.ZodObject<{ ipv4: z.ZodOptional<T>; ipv6: z.ZodOptional<T> }> =>
  z.object({ ipv4: value.optional(), ipv6: value.optional() })

const VERSION = 1

const memoryFile = z.object({
  version: z.literal(VERSION),
  fingerprint: z.string(),
  found: perFamily(z.string()),
  missingSince: perFamily(z.number()),
  hosts: z.record(
    z.string(),
    z.object({
      published: perFamily(z.string().nullable()),
      changedAt: z.number().optional(),
      verifiedAt: z.number().optional(),
      failure: z
        .object({
          kind: z.enum(['later', 'refused']),
          why: z.string(),
          since: z.number(),
          tries: z.number(),
          nextTryAt: z.number(),
          alertedAt: z.number().optional(),
        })
        .optional(),
    }),
  ),
})

/**
 * @returns undefined when there is no such file yet, or what is in it is not ours to read: all of it can
 *   be found out again
 * @throws what the system says when it is there and cannot be read
 */
export const readMemory = (file: string): Memory | undefined => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return memoryFile.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * All of it or nothing: whoever reads never sees half a file.
 * @throws what the system says
 */
export const writeMemory = (file: string, memory: Memory): void => {
  const draft = `${file}.${process.pid}.new`
  const descriptor = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(descriptor, `${JSON.stringify({ version: VERSION, ...memory }, undefined, 2)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}
