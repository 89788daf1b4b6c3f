/**
 * Why the rules refuse a change, in words for whoever proved a key: the change, the rule that decided
 * or the nearest that would have, and the one step that helps. Of other keys it says that there are
 * rules, never whose.
 */
import { nameToText } from '../text/name-text.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { labelCount, nameEquals, suffixOf, type Name } from '../wire/name.ts'
import {
  holdsFor,
  isForKey,
  limitOf,
  matchesName,
  transportOf,
  typeText,
  type NameMatch,
  type PlacedRule,
  type TypeLimits,
} from './rule.ts'
import type { Ruling, UpdateRights } from './zone-policy.ts'

/** Octets: a longer text goes without its second half. It travels in a DNS answer. */
const MOST_OCTETS = 250

/** Types that one text names. */
const MOST_TYPES = 8

/** A change that was refused: one of `type` at `owner`, of every type where it is ANY. */
export interface RefusedChange {
  readonly owner: Name
  readonly type: RrType
  /** Records of the type that the name would have, where it is about their number. */
  readonly count: number
}

type NotAllowed = Exclude<Ruling, { kind: 'allowed' }>

export const refusalText = (
  rights: UpdateRights,
  change: RefusedChange,
  ruling: NotAllowed,
): string => {
  const what = change.type === RrType.ANY ? 'anything' : rrTypeName(change.type)
  const head = `${whoText(rights)} may not change ${what} at ${nameToText(change.owner)}`
  const whole = `${head}: ${reasonOf(rights, change, ruling)}`
  return Buffer.byteLength(whole) > MOST_OCTETS ? head : whole
}

/**
 * Why a requester may change nothing, where a rule denies it or that is for the way its request came;
 * else undefined.
 */
export const conditionText = (rights: UpdateRights): string | undefined => {
  const { wall, requester } = rights
  const { key } = requester
  const zone = nameToText(rights.policy.apex)
  if (wall !== undefined) {
    const later = rights.known.find((rule) => rule.number > wall.number && isGift(rule))
    const order =
      later === undefined ? '' : `; rule ${later.number} gives something, but comes later`
    return `${whoText(rights)} may not update ${zone}: ${denialText(wall)}${order}`
  }
  // What anyone may do from somewhere else is no advice to a client with a key.
  const rule = rights.known.find(
    (one) => isGift(one) && (one.key === undefined) === (key === undefined),
  )
  if (rule === undefined) return undefined
  const condition = conditionOf(rights, rule)
  return `${whoText(rights)} may not update ${zone} this way: rule ${rule.number} holds${condition}`
}

/** The requester, as a text begins with it. */
export const whoText = ({ requester: { key } }: UpdateRights): string =>
  key === undefined ? 'an unsigned update' : `key ${nameToText(key)}`

const reasonOf = (rights: UpdateRights, change: RefusedChange, ruling: NotAllowed): string => {
  switch (ruling.kind) {
    case 'server-owned':
      return `${rrTypeName(change.type)} records are the server's own`
    case 'denied': {
      const { number } = ruling.rule
      const later = rights.known.find(
        (rule) =>
          rule.number > number && gives(rights, rule, change) && holdsFor(rule, rights.requester),
      )
      const order = later === undefined ? '' : `; rule ${later.number} allows it, but comes later`
      return `${denialText(ruling.rule)}${order}`
    }
    case 'unmatched':
      return nearestText(rights, change)
  }
}

/** Which networks anyone is kept out from is no business of every key. */
const denialText = ({ number, text, key, from }: PlacedRule): string =>
  key === undefined && from !== undefined
    ? `rule ${number} denies it from this address`
    : `rule ${number} denies it (${text})`

/** The rule that is the least step away from the change, and that step. */
const nearestText = (rights: UpdateRights, change: RefusedChange): string => {
  const own = rights.known.filter(isGift)
  const giving = own.filter((rule) => gives(rights, rule, change))
  // What would allow it and holds was passed over for its limit alone.
  const full = giving.filter((rule) => holdsFor(rule, rights.requester))
  const [roomiest] = full.sort((a, b) => mostOf(b, change) - mostOf(a, change))
  if (roomiest !== undefined) {
    const most = mostOf(roomiest, change)
    return `rule ${roomiest.number} allows ${most} of them there, and this would make ${change.count}`
  }
  const stop = rights.known.find((rule) => isDenial(rights, rule, change))
  const conditional = giving.find(({ number }) => stop === undefined || number < stop.number)
  if (conditional !== undefined) {
    return `rule ${conditional.number} would allow it${conditionOf(rights, conditional)}`
  }
  const here = own.find((rule) => isForName(rights, rule, change))
  if (here !== undefined) {
    const condition = conditionOf(rights, here)
    return `rule ${here.number} allows ${typesText(here.types)} there${condition}`
  }
  const elsewhere = nearestByName(rights, own, change)
  const foreign = rights.policy.rules.find((rule) => isForOthers(rights, rule, change))
  const isNear = elsewhere !== undefined && elsewhere.common > labelCount(rights.policy.apex)
  if (foreign !== undefined && !isNear) return `rule ${foreign.number} allows it to another key`
  if (elsewhere === undefined) return `no rule is for ${nameToText(change.owner)}`
  const { rule, place } = elsewhere
  const what = isForType(rule, change) ? 'it' : typesText(rule.types)
  const where = `${WHERE[rule.match.kind]} ${nameToText(place)}`
  return `rule ${rule.number} allows ${what} ${where}${conditionOf(rights, rule)}`
}

/** Records that a rule allows which is for the type. */
const mostOf = (rule: PlacedRule, { type }: RefusedChange): number => limitOf(rule, type) as number

/** Whether the rule stops the change whatever the way it comes: those behind it are no help. */
const isDenial = (rights: UpdateRights, rule: PlacedRule, change: RefusedChange): boolean =>
  rule.deny && !rule.shadow && isForName(rights, rule, change) && isForType(rule, change)

const isGift = ({ deny, shadow }: PlacedRule): boolean => !deny && !shadow

/** Whether the rule would allow the change, conditions and limits aside. */
const gives = (rights: UpdateRights, rule: PlacedRule, change: RefusedChange): boolean =>
  isGift(rule) && isForName(rights, rule, change) && isForType(rule, change)

const isForName = (
  { requester, reverse }: UpdateRights,
  rule: PlacedRule,
  { owner }: RefusedChange,
): boolean => matchesName(rule, owner, requester.key, reverse)

const isForType = (rule: PlacedRule, { type }: RefusedChange): boolean =>
  type === RrType.ANY || limitOf(rule, type) !== undefined

const isForOthers = (
  { requester }: UpdateRights,
  rule: PlacedRule,
  change: RefusedChange,
): boolean =>
  isGift(rule) &&
  'name' in rule.match &&
  rule.rights.has('update') &&
  !isForKey(rule, requester.key) &&
  matchesName(rule, change.owner, undefined, undefined) &&
  isForType(rule, change)

/** ` over TCP from 192.0.2.0/24`: what the request lacks for the rule to hold. */
const conditionOf = ({ requester }: UpdateRights, rule: PlacedRule): string => {
  const { key, from } = rule
  const transport = transportOf(rule) ?? requester.transport
  const words = transport === requester.transport ? [] : [`over ${transport.toUpperCase()}`]
  if (from?.includes(requester.address) === false) {
    // Where anyone is served from is no business of every key.
    words.push(key === undefined ? 'from another address' : `from ${from.text}`)
  }
  return words.map((word) => ` ${word}`).join('')
}

interface Nearest {
  readonly rule: PlacedRule
  readonly place: Name
  /** Labels that it shares with the name that was asked for. */
  readonly common: number
}

/** Of rules for other names: the one with most labels in common, and of these the one that fits best. */
const nearestByName = (
  rights: UpdateRights,
  rules: readonly PlacedRule[],
  change: RefusedChange,
): Nearest | undefined => {
  let nearest: Nearest | undefined
  let best = -1
  for (const rule of rules) {
    const place = placeOf(rights, rule)
    if (place === undefined) continue
    const merits = [
      holdsFor(rule, rights.requester),
      rule.key !== undefined,
      isForType(rule, change),
    ].filter(Boolean)
    const common = labelsInCommon(place, change.owner)
    const score = 4 * common + merits.length
    if (score <= best) continue
    nearest = { rule, place, common }
    best = score
  }
  return nearest
}

/** The name that a rule is about which is not for the whole zone. */
const placeOf = ({ requester, reverse }: UpdateRights, { match }: PlacedRule): Name | undefined => {
  if ('name' in match) return match.name
  return match.kind === 'tcp-self' ? reverse : requester.key
}

const WHERE: Readonly<Record<NameMatch['kind'], string>> = {
  zonesub: 'at and below',
  name: 'at',
  subdomain: 'at and below',
  wildcard: 'below',
  self: 'at',
  selfsub: 'at and below',
  'tcp-self': 'at',
}

const typesText = (types: TypeLimits): string => {
  if (types.size === 0) return 'every type but NS and SOA'
  const texts = Array.from(types, ([type, most]) => typeText(type, most))
  const more = texts.length - MOST_TYPES
  return more > 0 ? `${texts.slice(0, MOST_TYPES).join(' ')} and ${more} more` : texts.join(' ')
}

/** How many labels two names have in common, from the right. */
const labelsInCommon = (a: Name, b: Name): number => {
  let count = Math.min(labelCount(a), labelCount(b))
  while (!nameEquals(suffixOf(a, count), suffixOf(b, count))) count--
  return count
}
