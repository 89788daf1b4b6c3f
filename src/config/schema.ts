/** What the configuration may say, and what it becomes: text in, names and numbers out. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { unnamedTypes, type GrantMatch } from '../access/update-policy.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { isMetaType, RrType, rrTypeFromName, rrTypeName } from '../wire/codes.ts'
import { foldedName, isAtOrBelow, type Name } from '../wire/name.ts'

type Context = z.RefinementCtx

const fail = (context: Context, message: string): never => {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

const nameText = z.string().transform((text, context): Name => {
  const parsed = nameFromText(text)
  return parsed.ok ? parsed.name : fail(context, `"${text}" is no domain name: ${parsed.why}`)
})

/** `127.0.0.1:5300` or `[::1]:5300`. */
const endpoint = z.string().transform((text, context) => {
  const [, v6, v4, port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const address = v6 ?? v4 ?? ''
  if (isIP(address) !== (v6 === undefined ? 4 : 6) || Number(port) > 0xffff) {
    return fail(context, `"${text}" is no address and port, such as 127.0.0.1:53 or [::1]:53`)
  }
  return { address, port: Number(port) }
})

/** Who may transfer a zone. */
export type TransferAllowance =
  | { readonly kind: 'key'; readonly key: Name }
  | { readonly kind: 'network'; readonly address: string; readonly prefixLength: number }

/** `key:NAME`, `192.0.2.1`, `192.0.2.0/24` or `2001:db8::/32`. */
const transferAllowance = z.string().transform((text, context): TransferAllowance => {
  if (text.startsWith('key:')) {
    const parsed = nameFromText(text.slice('key:'.length))
    return parsed.ok
      ? { kind: 'key', key: parsed.name }
      : fail(context, `"${text}" names no key: ${parsed.why}`)
  }
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const longest = isIP(address) === 4 ? 32 : 128
  const prefixLength = length === undefined ? longest : Number(length)
  if (isIP(address) === 0 || prefixLength > longest) {
    return fail(context, `"${text}" is neither key:NAME nor an address or network`)
  }
  return { kind: 'network', address, prefixLength }
})

const dataType = z.string().transform((text, context): RrType => {
  const type = rrTypeFromName(text)
  if (type === undefined) return fail(context, `"${text}" is no record type`)
  if (isMetaType(type) && type !== RrType.ANY) {
    return fail(context, `${text} records are never in a zone`)
  }
  return type
})

const grant = z
  .strictObject({
    key: nameText,
    match: z.enum(['zonesub', 'name', 'subdomain', 'self']),
    name: nameText.optional(),
    types: z.array(dataType).nonempty('name the types, or leave "types" out').optional(),
  })
  .transform(({ key, match, name, types }, context) => ({
    key,
    match: grantMatch(match, name, context),
    types: types === undefined ? unnamedTypes : new Set(types),
    text: [nameToText(key), match, name && nameToText(name), ...(types ?? []).map(rrTypeName)]
      .filter((word) => word !== undefined)
      .join(' '),
  }))

/** `name` goes with the matches that need one, and with no other. */
const grantMatch = (
  kind: GrantMatch['kind'],
  name: Name | undefined,
  context: Context,
): GrantMatch => {
  if (kind === 'name' || kind === 'subdomain') {
    return name === undefined
      ? fail(context, `match = "${kind}" needs the name that it is for: name = "..."`)
      : { kind, name }
  }
  return name === undefined ? { kind } : fail(context, `match = "${kind}" takes no name`)
}

const zone = z
  .strictObject({
    name: nameText,
    file: z.string().min(1).optional(),
    transfer: z.array(transferAllowance).default([]),
    grant: z.array(grant).default([]),
  })
  .superRefine((value, context) => {
    for (const [index, { match }] of value.grant.entries()) {
      if ('name' in match && !isAtOrBelow(match.name, value.name)) {
        const path = ['grant', index, 'name']
        const what = `${nameToText(match.name)} is not in the zone ${nameToText(value.name)}`
        context.addIssue({ code: 'custom', path, message: what })
      }
    }
  })

export const configSchema = z
  .strictObject({
    listen: z.array(endpoint).nonempty('name at least one address to listen on'),
    data: z.string().min(1),
    keys: z.string().min(1),
    zone: z.array(zone).nonempty('name at least one zone'),
  })
  .superRefine((value, context) => {
    const seen = new Set<string>()
    for (const [index, { name }] of value.zone.entries()) {
      if (seen.has(foldedName(name))) {
        const message = `the zone ${nameToText(name)} stands here a second time`
        context.addIssue({ code: 'custom', path: ['zone', index, 'name'], message })
      }
      seen.add(foldedName(name))
    }
  })

export type ConfigValues = z.output<typeof configSchema>
