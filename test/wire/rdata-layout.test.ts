/** `wire/rdata-layout.ts`: octets in, octets out. */
import t from 'tap'
import { isMetaType, RrType, rrTypeName, rrTypeOf } from '../../src/wire/codes.ts'
import { rdataLayout } from '../../src/wire/rdata-layout.ts'

t.test('RFC 3597 §4 names are compressible in the types of RFC 1035 and no others', async (t) => {
  const compressible = Object.values(RrType).filter((type) =>
    rdataLayout(type)?.includes('compressible-name'),
  )
  t.same(
    compressible.map(rrTypeName).sort(),
    ['CNAME', 'MB', 'MD', 'MF', 'MG', 'MINFO', 'MR', 'MX', 'NS', 'PTR', 'SOA'],
    'the well-known types',
  )
})

t.test('RFC 3597 §3 a type without a layout is opaque', async (t) => {
  t.equal(rdataLayout(rrTypeOf(65280)), undefined)
})

t.test('no meta type has a layout, and fields up to the end come last', async (t) => {
  const open = [
    'strings',
    'long-string',
    'hex',
    'base64',
    'optional-base64',
    'types',
    'prefixes',
    'services',
    'old-types',
  ]
  for (const type of Object.values(RrType)) {
    const layout = rdataLayout(type) ?? []
    t.notOk(isMetaType(type) && layout.length > 0, rrTypeName(type))
    const before = layout.slice(0, -1)
    t.notOk(
      before.some((field) => [...open, 'service-parameters'].includes(field)),
      rrTypeName(type),
    )
  }
})
