/** The kinds of values that settings have, each with what an operator is told who wrote another. */
import { isIP } from 'node:net'
import * as z from 'zod'
import { nameFromText } from '../text/name-text.ts'
import { secondsFromText } from '../text/number-text.ts'
import type { Name } from '../wire/name.ts'
import { networkFrom, type Network } from './networks.ts'

export type Context = z.RefinementCtx

/** @param path from the value that is looked at to the part of it that is wrong */
export const fail = (context: Context, message: string, ...path: (string | number)[]): never => {
  context.addIssue({ code: 'custom', message, path })
  return z.NEVER
}

/** A table of these settings and no others. */
export const table = <S extends z.ZodRawShape>(settings: S): z.ZodObject<S, z.core.$strict> =>
  z.strictObject(settings, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? `is no setting here; these are: ${Object.keys(settings).join(', ')}`
        : `write a table of ${Object.keys(settings).join(', ')}`,
  })

export const text = (advice: string): z.ZodString => z.string(advice).min(1, advice)

/** Of a file or folder: the system takes any octet but NUL. */
export const pathText = (advice: string): z.ZodString =>
  text(advice).refine((written) => !written.includes('\0'), advice)

export const flag = z.boolean('write true or false').default(false)

export const nameText = text('write a domain name, such as "dyn.example."').transform(
  (written, context): Name => {
    const parsed = nameFromText(written)
    return parsed.ok ? parsed.name : fail(context, `"${written}" is no domain name: ${parsed.why}`)
  },
)

export const NETWORKS = 'list addresses and networks, such as ["192.0.2.1", "2001:db8::/32"]'

export const network = z
  .string(NETWORKS)
  .transform(
    (written, context): Network =>
      networkFrom(written) ?? fail(context, `"${written}" is no address or network`),
  )

export const ENDPOINTS = 'list addresses and ports, such as ["127.0.0.1:53", "[::1]:53"]'

/** `127.0.0.1:5300` or `[::1]:5300`. */
export const endpoint = z.string(ENDPOINTS).transform((written, context) => {
  const [, v6, v4, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(written) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) !== (v6 === undefined ? 4 : 6) || Number(port) > 0xffff) {
    return fail(context, `"${written}" is no address and port, such as 127.0.0.1:53 or [::1]:53`)
  }
  return { address, port: Number(port) }
})

const DURATION = 'write a time such as "30d" or "12h", or a number of seconds'

/** In seconds; a century is as good as for ever. */
export const duration = z
  .union([z.string(), z.number()], DURATION)
  .transform((written, context) => {
    const seconds = secondsFromText(`${written}`)
    return seconds === undefined || seconds > 3_200_000_000 ? fail(context, DURATION) : seconds
  })

const SIZE = 'write a size such as "1GiB" or "500MiB", or a number of octets'

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** In octets. */
export const size = z.union([z.string(), z.number()], SIZE).transform((written, context) => {
  const [, digits = '', unit = ''] = /^(\d{1,15})(|[KMGT]iB)$/.exec(`${written}`) ?? []
  const factor = digits === '' ? undefined : SIZE_UNITS[unit]
  return factor === undefined ? fail(context, SIZE) : Number(digits) * factor
})

export const whole = (least: number, most: number): z.ZodInt => {
  const advice = `write a whole number from ${least} to ${most}`
  return z.int(advice).min(least, advice).max(most, advice)
}

/** Of names or records. */
export const count = whole(1, 1_000_000_000)
