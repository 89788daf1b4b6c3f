/** Finding the zone that a name is in. */
import t from 'tap'
import type { Name } from '../../src/wire/name.ts'
import { ZoneSet } from '../../src/zone/zone-set.ts'
import { named, shownName } from '../support/records.ts'

interface Zone {
  readonly apex: Name
  readonly note: string
}

const setOf = (...apexes: string[]): ZoneSet<Zone> => {
  const zones = new ZoneSet<Zone>()
  for (const apex of apexes) zones.add({ apex: named(apex), note: apex })
  return zones
}

t.test('RFC 1034 §4.3.2 step 2: the zone that is the nearest ancestor of the name', async (t) => {
  const zones = setOf('example.', 'sub.example.', 'deep.er.sub.example.')
  const cases: [string, string | undefined][] = [
    ['example.', 'example.'],
    ['www.example.', 'example.'],
    ['SUB.Example.', 'sub.example.'],
    ['a.b.c.sub.example.', 'sub.example.'],
    ['er.sub.example.', 'sub.example.'],
    ['x.deep.er.sub.example.', 'deep.er.sub.example.'],
    ['notsub.example.', 'example.'],
    ['sub.example\\.x.', undefined],
    ['other.', undefined],
    ['.', undefined],
  ]
  for (const [name, apex] of cases) {
    t.equal(zones.enclosing(named(name))?.note, apex, `${name} is in ${apex ?? 'none'}`)
  }
})

t.test('RFC 1034 §4.3.2 the root zone encloses every name', async (t) => {
  const zones = setOf('.', 'example.')
  t.equal(zones.enclosing(named('.'))?.note, '.')
  t.equal(zones.enclosing(named('www.other.'))?.note, '.')
  t.equal(zones.enclosing(named('www.example.'))?.note, 'example.')
})

t.test('RFC 4343 §3 a zone is got by its apex in any case, and by that only', async (t) => {
  const zones = setOf('Example.')
  t.equal(zones.get(named('eXAMPLE.'))?.note, 'Example.')
  t.equal(zones.get(named('www.example.')), undefined)
  t.equal(zones.get(named('.')), undefined)
})

t.test('a zone takes the place of one with the same apex', async (t) => {
  const zones = setOf('example.', 'other.', 'EXAMPLE.')
  t.same(
    Array.from(zones, ({ apex }) => shownName(apex)),
    ['EXAMPLE.', 'other.'],
  )
  t.equal(zones.get(named('example.'))?.note, 'EXAMPLE.')
})

t.test('a set without zones has none', async (t) => {
  t.same(Array.from(setOf()), [])
  t.equal(setOf().enclosing(named('www.example.')), undefined)
})

t.test('who watches hears of a zone before it is there', async (t) => {
  const zones = setOf('example.')
  const heard: unknown[] = []
  zones.watch({
    adds: ({ note, apex }) => {
      heard.push([note, zones.version, zones.get(apex)?.note])
    },
  })
  zones.add({ apex: named('example.'), note: 'another' })
  t.strictSame(heard, [['another', 1, 'example.']])
})
