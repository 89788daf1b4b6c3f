/** Whoever asks for the SOA of a zone, as secondaries do, knows the serial then. */
import type { Principal } from '../access/principal.ts'
import { RrClass, RrType } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { Source } from './exchange.ts'
import type { AskedZone, Service } from './service.ts'

export const tellOfSoa = (
  { zones, onTransfer }: Pick<Service, 'onTransfer'> & { readonly zones: ZoneSet<AskedZone> },
  source: Source,
  { questions }: Message,
  principal: Principal,
): void => {
  const [question] = questions
  if (onTransfer === undefined || question?.type !== RrType.SOA) return
  const zone = zones.get(question.name)
  if (zone?.view === undefined || question.class !== RrClass.IN) return
  const { apex, view } = zone
  const serial = serialOfApex(view.get(view.apexKey))
  onTransfer({ apex, kind: 'SOA', source, principal, serial, outcome: 'told' })
}
