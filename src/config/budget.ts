/** What a `[[key]]` says of how much the key may use up. */
import * as z from 'zod'
import { DEFAULT_BUDGET, MAX_TTL, type Budget } from '../access/budget.ts'
import { count, duration, fail, whole, type Context } from './values.ts'

const OUTSIDE = 'write "clamp" or "refuse"'

export const budgetSettings = {
  'updates-per-minute': whole(1, 1_000_000).optional(),
  burst: whole(1, 1_000_000).default(10),
  names: count.optional(),
  records: count.optional(),
  'records-per-rrset': whole(1, 10_000).default(DEFAULT_BUDGET.recordsPerRrset),
  'types-per-name': whole(1, 1000).default(DEFAULT_BUDGET.typesPerName),
  'min-ttl': duration.default(0),
  'max-ttl': duration.default(MAX_TTL),
  'ttl-outside': z.enum(['clamp', 'refuse'], OUTSIDE).default('clamp'),
}

type BudgetSettings = z.infer<z.ZodObject<typeof budgetSettings>>

export const budgetOf = (settings: BudgetSettings, context: Context): Budget => {
  const perMinute = settings['updates-per-minute']
  const [least, most] = [settings['min-ttl'], Math.min(settings['max-ttl'], MAX_TTL)]
  if (least > most) return fail(context, 'is more than "max-ttl"', 'min-ttl')
  return {
    rate: perMinute === undefined ? undefined : { perMinute, burst: settings.burst },
    names: settings.names,
    records: settings.records,
    recordsPerRrset: settings['records-per-rrset'],
    typesPerName: settings['types-per-name'],
    ttl: { least, most, outside: settings['ttl-outside'] },
  }
}
