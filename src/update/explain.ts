/**
 * What an UPDATE would come to, decided as a real one is, on a draft that is dropped: for operators who
 * ask before a client does.
 */
import { isIP } from 'node:net'
import type { Requester, Transport } from '../access/requester.ts'
import { UpdateRights } from '../access/zone-policy.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { Rcode, rcodeName } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { Draft, type NodeSource } from '../zone/draft.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { changeFromText } from './change-text.ts'
import { decide, type Decided } from './decide.ts'
import { nothingAllowed, notServed } from './early-refusals.ts'
import { noteShadows } from './permission.ts'
import { NOT_HERE, type GuardedZone } from './process.ts'
import { inZone, type Change } from './sections.ts'
import { withTtls } from './ttl-bounds.ts'
import { refusal, refused, type Refusal } from './verdict.ts'

/** The question as it is typed, and as it goes to a running server. */
export interface ExplainQuestion {
  /** The zone that encloses the first change when left out. */
  readonly zone?: string
  /** Without one, the UPDATE is not signed. */
  readonly key?: string
  /** The client's address. */
  readonly from: string
  readonly transport: Transport
  /** In nsupdate's syntax. */
  readonly changes: readonly string[]
}

export interface Explained {
  readonly allowed: boolean
  /** What would be answered. */
  readonly rcode: string
  /** The verdict and what led to it, a line each. */
  readonly lines: readonly string[]
}

/** The answer, or what is wrong with the question. */
export type Explanation =
  | { readonly ok: true; readonly explained: Explained }
  | { readonly ok: false; readonly why: string }

interface Question {
  readonly zone: Name | undefined
  readonly requester: Requester
  readonly changes: readonly Change[]
}

/**
 * @param contentOf what is in a zone now; undefined where UPDATEs are not decided here
 * @param faultOf why requests with a key are not taken at all; undefined when they are
 */
export const explain = <Z extends GuardedZone>(
  written: ExplainQuestion,
  zones: ZoneSet<Z>,
  contentOf: (zone: Z) => NodeSource | undefined,
  faultOf: (key: Name) => string | undefined = () => undefined,
): Explanation => {
  const problems: string[] = []
  const question = readQuestion(written, problems)
  const [why] = problems
  if (why !== undefined) return { ok: false, why }
  const { key } = question.requester
  const fault = key && faultOf(key)
  if (fault !== undefined) {
    return { ok: true, explained: explainedOf(undecided(refusal(Rcode.NOTAUTH, fault))) }
  }
  const names = question.changes.map(({ owner }) => owner)
  const apex = question.zone ?? enclosing(names, zones)
  if (apex === undefined) {
    return { ok: false, why: `no zone here has ${names.map(nameToText).join(' ')}: give the zone` }
  }
  const zone = zones.get(apex)
  const content = zone && contentOf(zone)
  let decided: Decided
  if (zone === undefined) decided = undecided(notServed(apex, names, zones))
  else if (content === undefined) decided = undecided(NOT_HERE)
  else decided = decideFor(question, zone, zones, content)
  return { ok: true, explained: explainedOf(decided) }
}

/** @param problems where what is wrong with it is told */
const readQuestion = (
  { zone, key, from: address, transport, changes }: ExplainQuestion,
  problems: string[],
): Question => {
  const nameOf = (text: string | undefined): Name | undefined => {
    const parsed = text === undefined ? undefined : nameFromText(text)
    if (parsed?.ok === false) problems.push(`"${text}" is no domain name: ${parsed.why}`)
    return parsed?.ok === true ? parsed.name : undefined
  }
  if (isIP(address) === 0) problems.push(`"${address}" is no address`)
  return {
    zone: nameOf(zone),
    requester: { key: nameOf(key), address, transport },
    changes: changes.flatMap((text) => {
      const parsed = changeFromText(text)
      if (parsed.ok) return [parsed.change]
      problems.push(`"${text}", at column ${parsed.column}: ${parsed.why}`)
      return []
    }),
  }
}

const enclosing = (names: readonly Name[], zones: ZoneSet<GuardedZone>): Name | undefined => {
  for (const name of names) {
    const zone = zones.enclosing(name)
    if (zone !== undefined) return zone.apex
  }
  return undefined
}

const undecided = (why: Refusal, shadow?: Iterable<string>): Decided => ({
  ...refused(why, shadow),
  rules: [],
})

const NO_PREREQUISITES = { items: [], refusal: undefined }

const decideFor = (
  { requester, changes }: Question,
  { apex, policy, strict, budgets }: GuardedZone,
  zones: ZoneSet<GuardedZone>,
  content: NodeSource,
): Decided => {
  const rights = new UpdateRights(policy, requester)
  if (!rights.any) {
    noteShadows(rights, changes)
    return undecided(nothingAllowed(rights, zones), rights.shadows)
  }
  const allowance = budgets?.allowanceFor(requester)
  const inBounds = withTtls(inZone(changes, apex), allowance)
  const asked = { prerequisites: NO_PREREQUISITES, changes: inBounds }
  return decide(new Draft(content), strict, rights, asked, allowance).result
}

const explainedOf = ({ rcode, why, rules, shadow }: Decided): Explained => {
  const allowed = rcode === Rcode.NOERROR
  const by = rules.map(({ number, text }) => `by rule ${number} (${text})`)
  const verdict = allowed ? `allowed ${by.join(', ')}` : `refused (${rcodeName(rcode)})`
  const lines = [why === undefined ? verdict : `${verdict}: ${why}`, ...shadow]
  return { allowed, rcode: rcodeName(rcode), lines }
}
