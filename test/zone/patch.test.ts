/** Patches: what they do to a draft, and what a draft comes to. */
import t from 'tap'
import { Draft } from '../../src/zone/draft.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import {
  applyPatch,
  inverseOf,
  isEmptyPatch,
  patchOf,
  withoutSerials,
  type Patch,
} from '../../src/zone/patch.ts'
import { dataIn, editDraft, EDITED, EditedZone, recordsIn } from '../support/edited-zone.ts'

const TEXT = `${EDITED}
www 60 A 192.0.2.1
www 60 A 192.0.2.2
alias 60 CNAME www
`

const patched = (patch: Partial<Patch>, text = TEXT): { gone: string[]; came: string[] } => {
  const { view } = new EditedZone(text)
  const draft = new Draft(view)
  applyPatch(draft, { removed: [], added: [], ...patch })
  const before = dataIn(view)
  const nodes = [...draft.changes.values()].filter((node) => node !== undefined)
  const untouched = Array.from(view.nodes()).filter(
    ({ owner }) => !draft.changes.has(nameKeyOf(owner)),
  )
  const after = dataIn({ nodes: () => [...untouched, ...nodes] })
  return {
    gone: before.filter((line) => !after.includes(line)),
    came: after.filter((line) => !before.includes(line)),
  }
}

t.test('what goes is taken out, what comes is put in', async (t) => {
  t.strictSame(
    patched({
      removed: recordsIn('www 60 A 192.0.2.1'),
      added: recordsIn('new 60 A 192.0.2.9\nwww 60 AAAA 2001:db8::1'),
    }),
    {
      gone: ['www.dyn.example. 60 IN A 192.0.2.1'],
      came: ['new.dyn.example. 60 IN A 192.0.2.9', 'www.dyn.example. 60 IN AAAA 2001:db8::1'],
    },
  )
  const all = recordsIn('www 60 A 192.0.2.1\nwww 60 A 192.0.2.2')
  t.equal(patched({ removed: all }).gone.length, 2, 'a name without records is gone')
})

t.test(
  'RFC 4343 what goes is found however it is spelled, and what is not there is passed over',
  async (t) => {
    t.strictSame(patched({ removed: recordsIn('ALIAS 60 CNAME WWW') }).gone, [
      'alias.dyn.example. 60 IN CNAME www.dyn.example.',
    ])
    t.strictSame(patched({ removed: recordsIn('www 60 A 192.0.2.7\nnone 60 A 192.0.2.1') }), {
      gone: [],
      came: [],
    })
  },
)

t.test('RFC 2181 §5.2 a record that comes gives the RRset its TTL', async (t) => {
  t.strictSame(patched({ added: recordsIn('www 300 A 192.0.2.3') }).came, [
    'www.dyn.example. 300 IN A 192.0.2.1',
    'www.dyn.example. 300 IN A 192.0.2.2',
    'www.dyn.example. 300 IN A 192.0.2.3',
  ])
})

t.test('RFC 2181 §10.1 a CNAME that comes takes the place of the one there', async (t) => {
  t.strictSame(patched({ added: recordsIn('alias 60 CNAME ns1') }), {
    gone: ['alias.dyn.example. 60 IN CNAME www.dyn.example.'],
    came: ['alias.dyn.example. 60 IN CNAME ns1.dyn.example.'],
  })
})

t.test(
  'what a draft changes is a patch, its serial aside, and its inverse takes it back',
  async (t) => {
    const { view } = new EditedZone(TEXT)
    const draft = new Draft(view)
    editDraft(draft, '- www 60 A 192.0.2.1', '+ new 60 A 192.0.2.9')
    draft.seal()
    const patch = patchOf(view, draft)
    t.strictSame([patch.removed.length, patch.added.length], [1, 1])
    applyPatch(draft, inverseOf(patch))
    t.ok(isEmptyPatch(patchOf(view, draft)))
  },
)

t.test('a SOA is in a patch when more than its serial changes', async (t) => {
  const before = recordsIn('@ 3600 SOA ns1 hostmaster 10 7200 900 604800 300')
  const next = recordsIn('@ 3600 SOA NS1 hostmaster 11 7200 900 604800 300')
  const more = recordsIn('@ 3600 SOA ns1 hostmaster 11 7200 900 604800 60')
  const ttl = recordsIn('@ 60 SOA ns1 hostmaster 11 7200 900 604800 300')
  const other = recordsIn('www 60 A 192.0.2.1')
  t.strictSame(withoutSerials({ removed: before, added: [...next, ...other] }), {
    removed: [],
    added: other,
  })
  for (const added of [more, ttl, other]) {
    t.strictSame(withoutSerials({ removed: before, added }), { removed: before, added })
  }
  t.strictSame(withoutSerials({ removed: other, added: next }), { removed: other, added: next })
})
