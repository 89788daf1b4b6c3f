/** What a command sends, as its route takes it. */
import type * as z from 'zod'
import { ControlRefusal } from './problem.ts'

/**
 * @param what of the words that refuse it, such as `takes no such change`
 * @throws ControlRefusal when it is something else
 */
export const bodyOf = <T>(schema: z.ZodType<T>, body: unknown, what: string): T => {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ControlRefusal(400, `this server ${what}: it is of another version`)
}
