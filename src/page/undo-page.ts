/** Taking a change back: what that comes to is shown first, and done when it is still the same. */
import { createHash } from 'node:crypto'
import { commitChange, NOT_HERE } from '../history/change.ts'
import { changesAfter, tooMuchSince } from '../history/past.ts'
import { patchLines } from '../history/patch-text.ts'
import { serialFromText } from '../history/point-text.ts'
import { planUndo, type Plan } from '../history/undo.ts'
import { nameToText } from '../text/name-text.ts'
import type { ZoneView } from '../zone/zone.ts'
import { hidden } from './frame.ts'
import { html, url, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import {
  authorOf,
  PageRefusal,
  partOf,
  redirect,
  shown,
  type PageRoute,
  type Visit,
} from './visit.ts'
import { servedZone } from './zone-page.ts'

/** Lines of a patch that are shown. */
const MOST_LINES = 500

const PATH = '/ui/zones/:zone/undo/:serial'

export const undoRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: PATH,
    isAdmins: true,
    handle: (visit) => {
      const { zone, serial, plan } = wantedUndo(parts, visit)
      return shown({
        title: `Undo ${serial}`,
        entry: '/ui/zones',
        body: undoBody(visit, zone, serial, plan),
      })
    },
  },
  { method: 'POST', path: PATH, isAdmins: true, handle: (visit) => undo(parts, visit) },
]

interface Wanted {
  readonly view: ZoneView
  readonly zone: string
  readonly serial: number
  readonly plan: Plan
}

/** @throws PageRefusal where there is no such change, or it cannot be taken back here */
const wantedUndo = (parts: PageParts, visit: Visit): Wanted => {
  const { zone, view } = servedZone(parts, visit)
  const text = nameToText(zone.apex)
  if (zone.isSecondary === true) throw new PageRefusal(409, `${text} ${NOT_HERE}`)
  const serial = serialFromText(partOf(visit, 'serial'))
  const { store } = parts
  if (serial === undefined || !store.reaches(view, serial)) throw goneRefusal()
  const tooMuch = tooMuchSince(changesAfter(store, view, [serial]), 'undo')
  if (tooMuch !== undefined) throw new PageRefusal(409, tooMuch)
  const plan = planUndo(store, view, [serial])
  if (plan === undefined) throw goneRefusal()
  return { view, zone: text, serial, plan }
}

const goneRefusal = (): PageRefusal =>
  new PageRefusal(404, 'The history does not have that change any more.')

/** What was shown, in a few characters: another plan has another. */
const digestOf = ({ change, obstacles }: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify([patchLines(change.patch), obstacles]))
    .digest('base64url')

const undoBody = ({ formToken }: Visit, zone: string, serial: number, plan: Plan): Html => {
  const { change, obstacles, problem } = plan
  const lines = patchLines(change.patch)
  const more = lines.length - MOST_LINES
  return html`<h1>Undo the change to serial ${serial}?</h1>
    <section class="card">
      <p>In <strong>${zone}</strong> this would be done:</p>
      <pre tabindex="0" aria-label="Changes">
${lines
  .slice(0, MOST_LINES)
  .map(
    (line) => html`<span class="diff ${line.startsWith('-') ? 'minus' : 'plus'}">${line}</span>`,
  )}${lines.length === 0 ? 'Nothing: the zone is as it was before.' : undefined}</pre>
      ${more > 0 ? html`<p class="soft">and ${more} more</p>` : undefined}
      ${obstacles.map((one) => html`<p class="note warn">${one}</p>`)}
      ${
        problem === undefined
          ? undefined
          : html`<p class="note bad">It cannot be done: ${problem}</p>`
      }
      ${
        problem === undefined && lines.length > 0
          ? html`<form method="post" action="${url`/ui/zones/${zone}/undo/${serial}`}">
              ${hidden({ form: formToken, plan: digestOf(plan) })}
              ${
                obstacles.length === 0
                  ? undefined
                  : html`<label class="check">
                      <input type="checkbox" name="force" value="yes" required />
                      <span>Do it all the same</span>
                    </label>`
              }
              <p class="row actions">
                <button>Undo it</button>
                <a href="${url`/ui/zones/${zone}`}">Leave it</a>
              </p>
            </form>`
          : html`<p><a href="${url`/ui/zones/${zone}`}">Back to the zone</a></p>`
      }
    </section>`
}

const undo = async (
  parts: PageParts,
  visit: Visit,
): Promise<Awaited<ReturnType<PageRoute['handle']>>> => {
  const { store, log } = parts
  const { view, zone, serial, plan } = wantedUndo(parts, visit)
  if (visit.form.get('plan') !== digestOf(plan)) {
    throw new PageRefusal(
      409,
      'The zone has changed since you looked: go back, reload and look again.',
    )
  }
  if (plan.problem !== undefined) throw new PageRefusal(409, plan.problem)
  if (plan.obstacles.length > 0 && visit.form.get('force') !== 'yes') {
    throw new PageRefusal(409, plan.obstacles.join('; '))
  }
  const command = `undo ${serial}`
  const done = await commitChange(store, view, authorOf(visit), command, plan.change)
  const { refusal, changeset } = done
  const { user, address } = visit
  log.info(
    { zone, user: user.name, source: address, command, refusal, serial: changeset?.serialAfter },
    'change by the page',
  )
  if (refusal !== undefined) throw new PageRefusal(409, refusal)
  return redirect(`${url`/ui/zones/${zone}`}#history`)
}
