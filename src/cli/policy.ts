/** `livezone policy [ZONE]` */
import type { ZoneConfig } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { nameEquals } from '../wire/name.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

/** The rules in the order in which they are tried, presets written out, as explanations name them. */
export const printPolicy = (
  zoneText: string | undefined,
  options: { readonly config: string },
): void => {
  const { zones } = configOf(options)
  const wanted = zoneText === undefined ? undefined : nameArgument(zoneText)
  const shown = zones.filter(({ name }) => wanted === undefined || nameEquals(name, wanted))
  if (shown.length === 0) {
    const known = zones.map(({ name }) => nameToText(name)).join(', ')
    throw new OperatorError(`${options.config} has no zone ${zoneText}; it has: ${known}`)
  }
  process.stdout.write(shown.map(policyText).join('\n'))
}

const policyText = ({ name, policy, strict }: ZoneConfig): string => {
  const { rules, transfer } = policy
  const lines = rules.map(({ number, text }) => `rule ${number}: ${text}`)
  if (rules.length === 0) lines.push('no rule: nobody may update it')
  for (const allowance of transfer) {
    const who = allowance.kind === 'key' ? nameToText(allowance.key) : allowance.network.text
    lines.push(`transfer, where no rule says otherwise: ${who}`)
  }
  if (strict) lines.push('strict: what a delegation or DNAME would hide is refused')
  return `${nameToText(name)}\n${lines.map((line) => `  ${line}\n`).join('')}`
}
