/** How much of a journal is kept: times and sizes as people write them. */
import { z } from 'zod'
import { secondsFromText } from '../text/number-text.ts'
import { fail, table } from './values.ts'

const DURATION = 'write a time such as "30d" or "12h", or a number of seconds'

/** In seconds; a century is as good as for ever. */
const duration = z.union([z.string(), z.number()], DURATION).transform((written, context) => {
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
const size = z.union([z.string(), z.number()], SIZE).transform((written, context) => {
  const [, digits = '', unit = ''] = /^(\d{1,15})(|[KMGT]iB)$/.exec(`${written}`) ?? []
  const factor = digits === '' ? undefined : SIZE_UNITS[unit]
  return factor === undefined ? fail(context, SIZE) : Number(digits) * factor
})

/** How much of the journal is kept. */
export const journal = table({ keep: duration.optional(), size: size.optional() })
