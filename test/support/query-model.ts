/**
 * A naive model of RFC 1034 §4.3.2 with RFC 4592 and RFC 6672, straight from their text: names are
 * strings, a zone is a list of records, and every question walks all of it.
 */

export interface ModelRecord {
  /** Names are lower case and end in a dot. */
  readonly owner: string
  readonly type: string
  /** Presentation format, as it stands in an answer. */
  readonly rdata: string
}

export interface ModelZone {
  readonly apex: string
  /** What a negative answer has as its SOA. */
  readonly negativeSoa: string
  readonly records: readonly ModelRecord[]
}

export interface ModelAnswer {
  readonly rcode: string
  readonly flags: string
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
}

/** Every record of a model has it. */
export const MODEL_TTL = 60

/** Names that one answer goes through at most. */
const MOST_NAMES = 17

const labelsOf = (name: string): string[] => name.split('.').slice(0, -1)

const isIn = (name: string, ancestor: string): boolean =>
  name === ancestor || name.endsWith(`.${ancestor}`)

/** The last `count` labels. */
const suffix = (name: string, count: number): string =>
  [...labelsOf(name).slice(labelsOf(name).length - count), ''].join('.')

const at = (zone: ModelZone, owner: string, type?: string): ModelRecord[] =>
  zone.records.filter((record) => record.owner === owner && (type ?? record.type) === record.type)

/** RFC 4592 §2.2.3: a name exists when it, or a name below it, owns a record. */
const exists = (zone: ModelZone, name: string): boolean =>
  zone.records.some(({ owner }) => isIn(owner, name))

const line = ({ owner, type, rdata }: ModelRecord): string =>
  `${owner} ${MODEL_TTL} ${type} ${rdata}`

/** Where the walk from the apex down to a name ends. */
type Place =
  | { readonly is: 'node' | 'wildcard'; readonly owner: string }
  | { readonly is: 'cut' | 'redirected'; readonly owner: string }
  | { readonly is: 'nowhere' }

/** Step 3: "Start matching down, label by label, in the zone." */
const descend = (zone: ModelZone, name: string, type: string): Place => {
  const depth = labelsOf(name).length
  for (let count = labelsOf(zone.apex).length; count <= depth; count++) {
    const here = suffix(name, count)
    if (!exists(zone, here)) {
      const wildcard = `*.${suffix(name, count - 1)}`
      return exists(zone, wildcard) ? { is: 'wildcard', owner: wildcard } : { is: 'nowhere' }
    }
    const isCut = here !== zone.apex && at(zone, here, 'NS').length > 0
    if (isCut && !(here === name && type === 'DS')) return { is: 'cut', owner: here }
    const isRedirected = here !== name && at(zone, here, 'DNAME').length > 0
    if (isRedirected) return { is: 'redirected', owner: here }
  }
  return { is: 'node', owner: name }
}

/** Step 2, and RFC 4035 §3.1.4.1 for DS. */
const zoneFor = (
  zones: readonly ModelZone[],
  name: string,
  type: string,
): ModelZone | undefined => {
  const above = zones
    .filter(({ apex }) => isIn(name, apex))
    .sort((a, b) => b.apex.length - a.apex.length)
  const [nearest, next] = above
  return type === 'DS' && nearest?.apex === name ? (next ?? nearest) : nearest
}

const addressesAt = (zone: ModelZone, owner: string): string[] =>
  isIn(owner, zone.apex) ? at(zone, owner, 'A').map(line) : []

/** Step 6: the addresses of what NS and MX records name, where they are this zone's own. */
const addressesFor = (zone: ModelZone, records: readonly ModelRecord[]): string[] =>
  records
    .filter(({ type }) => type === 'NS' || type === 'MX')
    .map(({ rdata }) => rdata.replace(/^\d+ /, ''))
    .filter((target) => isIn(target, zone.apex) && descend(zone, target, 'A').is === 'node')
    .flatMap((target) => addressesAt(zone, target))

export const modelAnswer = (
  zones: readonly ModelZone[],
  qname: string,
  qtype: string,
): ModelAnswer => {
  const seen: string[] = []
  const answer: string[] = []
  let authority: string[] = []
  let additional: string[] = []
  let rcode = 'NOERROR'
  let flags = 'AA'
  let name: string | undefined = qname
  while (name !== undefined && seen.length < MOST_NAMES) {
    if (seen.includes(name)) {
      rcode = 'SERVFAIL'
      break
    }
    const sname: string = name
    seen.push(sname)
    name = undefined
    const zone = zoneFor(zones, sname, qtype)
    if (zone === undefined) {
      if (seen.length === 1) [rcode, flags] = ['REFUSED', '']
      break
    }
    const place = descend(zone, sname, qtype)
    if (place.is === 'nowhere') {
      rcode = 'NXDOMAIN'
      authority = [zone.negativeSoa]
    } else if (place.is === 'cut') {
      const servers = at(zone, place.owner, 'NS')
      if (seen.length === 1) flags = ''
      authority = servers.map(line)
      additional = servers.flatMap(({ rdata }) => addressesAt(zone, rdata))
    } else if (place.is === 'redirected') {
      const [dname] = at(zone, place.owner, 'DNAME') as [ModelRecord]
      const target = sname.slice(0, -place.owner.length) + dname.rdata
      answer.push(line(dname), line({ owner: sname, type: 'CNAME', rdata: target }))
      if (qtype !== 'CNAME' && qtype !== 'ANY') name = target
    } else {
      const records = at(zone, place.owner).map((record) => ({ ...record, owner: sname }))
      const matching = records.filter(({ type }) => qtype === 'ANY' || type === qtype)
      const [cname] = records.filter(({ type }) => type === 'CNAME')
      const found = matching.length === 0 && cname !== undefined ? [cname] : matching
      answer.push(...found.map(line))
      if (found.length === 0) authority = [zone.negativeSoa]
      if (found !== matching) name = cname?.rdata
      else additional = addressesFor(zone, matching)
    }
  }
  // RFC 2181 §5.5: no record twice.
  const once = [...new Set(answer)]
  additional = [...new Set(additional)].filter((record) => !once.includes(record))
  return { rcode, flags, answer: once, authority, additional }
}
