/** `[[zone.grant]]`: one rule as the operator writes it, or a preset that stands for several. */
import * as z from 'zod'
import { isServerOwned, isWildcard, type NameMatch, type Right, type Rule } from '../access/rule.ts'
import { isMetaType, RrType, rrTypeFromName, rrTypeName } from '../wire/codes.ts'
import { parentOf, type Name } from '../wire/name.ts'
import { addressSet } from './networks.ts'
import {
  challengeName,
  isForHosts,
  presetNames,
  presetRules,
  type Conditions,
  type PresetName,
} from './presets.ts'
import { fail, flag, nameText, network, NETWORKS, table, type Context } from './values.ts'

/** What one `[[zone.grant]]` comes to. */
export interface Grant {
  /** The one key that it is for; undefined where it is for several or for anyone. */
  readonly key: Name | undefined
  readonly rules: readonly Rule[]
  /** Names in it that have to be in the zone, and where each stands in the grant. */
  readonly places: readonly { readonly name: Name; readonly path: readonly (string | number)[] }[]
}

const TYPES = 'list record types, such as ["A", "TXT"], or leave "types" out'

/** `A`, or `TXT(2)`: the most records of it that a name may have. */
const limitedType = z.string(TYPES).transform((written, context): readonly [RrType, number] => {
  const [, name = written, most] = /^(.*)\((\d{1,5})\)$/.exec(written) ?? []
  const type = rrTypeFromName(name)
  if (type === undefined) return fail(context, `"${written}" is no record type`)
  if (isMetaType(type) && type !== RrType.ANY) {
    return fail(context, `${written} records are never in a zone`)
  }
  if (isServerOwned(type)) {
    return fail(
      context,
      `${name} records are the server's own, and no rule gives them: take it out`,
    )
  }
  if (most !== undefined && Number(most) === 0) {
    return fail(context, `"${written}" allows no record: write deny = true in a rule of its own`)
  }
  return [type, most === undefined ? Infinity : Number(most)]
})

const oneOf = (words: readonly string[]): string => `write one of "${words.join('", "')}"`

const MATCHES = ['zonesub', 'name', 'subdomain', 'wildcard', 'self', 'selfsub', 'tcp-self'] as const
const TRANSPORTS = ['udp', 'tcp'] as const
const RIGHTS = ['update', 'transfer', 'list'] as const
const MATCH = oneOf(MATCHES)
const RIGHTS_ADVICE = 'list what it gives, such as ["update", "transfer"]'
const HOSTS = 'list host names, such as ["www.dyn.example."]'

const settings = table({
  key: nameText.optional(),
  match: z.enum(MATCHES, MATCH).optional(),
  name: nameText.optional(),
  types: z.array(limitedType, TYPES).nonempty(TYPES).optional(),
  deny: flag,
  from: z.array(network, NETWORKS).nonempty(NETWORKS).optional(),
  transport: z.enum(TRANSPORTS, oneOf(TRANSPORTS)).optional(),
  rights: z.array(z.enum(RIGHTS, RIGHTS_ADVICE), RIGHTS_ADVICE).nonempty(RIGHTS_ADVICE).optional(),
  strict: flag,
  shadow: flag,
  preset: z.enum(presetNames, oneOf(presetNames)).optional(),
  hosts: z.array(nameText, HOSTS).nonempty(HOSTS).optional(),
})

type Settings = z.output<typeof settings>

export const grant = settings.transform((written, context): Grant => {
  const { key, deny, from, preset } = written
  if (key === undefined && from === undefined && !deny) {
    fail(context, 'give it a key = "...", or from = ["..."] where nobody has to sign')
  }
  const rules =
    preset === undefined
      ? [plainRule(written, context)]
      : presetRules(preset, presetHosts(preset, written, context), conditionsOf(written))
  const isOne = key !== undefined && !isWildcard(key)
  return { key: isOne ? key : undefined, rules, places: placesOf(written) }
})

/** What a preset's rules have in common with plain ones. */
const conditionsOf = ({ key, from, transport, strict, shadow }: Settings): Conditions => ({
  key,
  from: from && addressSet(from),
  transport,
  strict,
  shadow,
})

const plainRule = (written: Settings, context: Context): Rule => {
  const { deny, types = [], rights = ['update'], hosts, strict } = written
  if (hosts !== undefined) fail(context, '"hosts" goes with a preset: write "name" here', 'hosts')
  if (deny && strict) fail(context, 'a rule that denies ignores nothing: take it out', 'strict')
  if (deny && types.some(([, most]) => most !== Infinity)) {
    fail(context, 'a rule that denies takes no numbers: write the types alone', 'types')
  }
  for (const [index, [type]] of types.entries()) {
    if (types.findIndex(([other]) => other === type) === index) continue
    fail(context, `${rrTypeName(type)} stands here a second time: take one out`, 'types', index)
  }
  return {
    ...conditionsOf(written),
    deny,
    match: nameMatch(written, rights, context),
    types: new Map(types),
    rights: new Set(rights),
  }
}

/** `match` goes with updates, and `name` with the matches that need one. */
const nameMatch = (written: Settings, rights: readonly Right[], context: Context): NameMatch => {
  const { match, name, types, key, transport } = written
  if (!rights.includes('update')) {
    const extra = { match, name, types }
    for (const setting of ['match', 'name', 'types'] as const) {
      if (extra[setting] === undefined) continue
      fail(context, 'a zone is transferred as a whole: take it out', setting)
    }
    return { kind: 'zonesub' }
  }
  if (match === undefined) return fail(context, MATCH, 'match')
  if (rights.length > 1 && match !== 'zonesub') {
    return fail(context, 'a zone is transferred as a whole: give that a rule of its own', 'rights')
  }
  if (match === 'name' || match === 'subdomain') {
    return name === undefined ? missingName(match, context) : { kind: match, name }
  }
  if (match === 'wildcard') {
    if (name === undefined) return missingName(match, context)
    return isWildcard(name)
      ? { kind: match, name: parentOf(name) }
      : fail(context, 'match = "wildcard" is for a name that begins with "*."', 'name')
  }
  if (name !== undefined)
    return fail(context, `match = "${match}" takes no name: take it out`, 'name')
  if (match === 'tcp-self' && transport === 'udp') {
    return fail(context, 'match = "tcp-self" is for TCP: take it out', 'transport')
  }
  if ((match === 'self' || match === 'selfsub') && key === undefined) {
    return fail(
      context,
      `match = "${match}" needs a key: key = "...", or "*" for each one`,
      'match',
    )
  }
  return { kind: match }
}

const missingName = (match: string, context: Context): never =>
  fail(context, `match = "${match}" needs the name that it is for: name = "..."`)

/** The hosts that a preset is for. */
const presetHosts = (preset: PresetName, written: Settings, context: Context): readonly Name[] => {
  const { name, hosts } = written
  const isDecided = { ...written, deny: written.deny || undefined }
  for (const setting of ['match', 'types', 'rights', 'deny'] as const) {
    if (isDecided[setting] === undefined) continue
    fail(context, `preset = "${preset}" says that already: take it out`, setting)
  }
  const given = hosts ?? (name === undefined ? [] : [name])
  if (!isForHosts(preset)) {
    const setting = hosts === undefined ? 'name' : 'hosts'
    if (given.length > 0)
      fail(context, `preset = "${preset}" is for the zone: take it out`, setting)
  } else if (given.length === 0) {
    fail(context, `preset = "${preset}" needs hosts = ["..."], or name = "..." for one`)
  } else if (hosts !== undefined && name !== undefined) {
    fail(context, '"hosts" has the names: take it out', 'name')
  }
  if (preset === 'acme' && given.some((host) => challengeName(host) === undefined)) {
    fail(context, 'with "_acme-challenge." before it, one of the names is too long')
  }
  return given
}

const placesOf = ({ key, match, name, hosts = [] }: Settings): Grant['places'] => {
  const places = hosts.map((host, index) => ({ name: host, path: ['hosts', index] }))
  const isOwn = match === 'self' || match === 'selfsub'
  return [
    ...places,
    ...(name === undefined ? [] : [{ name, path: ['name'] }]),
    ...(isOwn && key !== undefined && !isWildcard(key) ? [{ name: key, path: ['key'] }] : []),
  ]
}
