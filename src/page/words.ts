/** What pages say of times, states and principals, in a few words and with a colour. */
import type { Clock } from '../base/clock.ts'
import { isoTime } from '../base/clock.ts'
import { durationText } from '../base/duration-text.ts'
import type { HostCondition } from '../dyndns/host-states.ts'
import { html, type Html } from './html.ts'

/** `5 minutes ago`, and on a closer look the time itself. */
export const ago = (clock: Clock, milliseconds: number): Html => {
  const age = Math.max(0, clock.nowMilliseconds() - milliseconds)
  const text = age < 1000 ? 'just now' : `${durationText(age)} ago`
  const time = isoTime(milliseconds)
  return html`<time datetime="${time}" title="${time}">${text}</time>`
}

const LOOKS: Readonly<Record<HostCondition, string>> = {
  ok: 'ok',
  unseen: 'plain',
  stale: 'warn',
  flapping: 'warn',
  failing: 'bad',
  blocked: 'bad',
}

export const badge = (condition: HostCondition): Html =>
  html`<span class="badge ${LOOKS[condition]}">${condition}</span>`

/** `token home.dyn.example.` for `token:home.dyn.example.` */
export const principalWords = (principal: string): string => principal.replace(':', ' ')

/** Without its port: `192.0.2.1` for `192.0.2.1#5353`. */
export const addressOfSource = (source: string): string => source.replace(/#\d+$/, '')
