/** What the web page is about: what it shows and changes of the running server. */
import { Sessions } from '../access/sessions.ts'
import { pageRoutes } from '../page/page-routes.ts'
import { reportOf } from '../transfer/secondary-report.ts'
import type { WebPlugin } from '../web/web-server.ts'
import type { Generation, Lasting } from './generation.ts'

/** @param current the generation of the day */
export const pageOf = (lasting: Lasting, current: () => Generation): WebPlugin =>
  pageRoutes({
    ...lasting,
    sessions: new Sessions(lasting.users, lasting.clock),
    hosts: lasting.hostStates,
    zones: () => current().zones,
    keyring: () => current().keyring,
    secondaries: (apex) => {
      const zone = lasting.notify.notifier.watch(apex)
      if (zone === undefined) return []
      const serial = zone.serial()
      return zone.table.all().map((one) => reportOf(one, serial))
    },
  })
