/** What the web page is about: what it shows and changes of the running server. */
import { Sessions } from '../access/sessions.ts'
import { pageRoutes } from '../page/page-routes.ts'
import { rootAnswer } from '../page/root.ts'
import type { WatchedZone } from '../transfer/notifier.ts'
import { reportOf } from '../transfer/secondary-report.ts'
import type { WebHandler, WebPlugin } from '../web/web-server.ts'
import type { Generation, Lasting } from './generation.ts'

/** @param current the generation of the day */
export const pageOf = (lasting: Lasting, current: () => Generation): WebPlugin =>
  pageRoutes({
    ...lasting,
    sessions: new Sessions(lasting.users, lasting.clock),
    hosts: lasting.hostStates,
    logins: lasting.throttles.logins,
    zones: () => current().zones,
    keyring: () => current().keyring,
    secondaries: (apex) => {
      // Every zone that is served is watched.
      const { table, ...zone } = lasting.notify.notifier.watch(apex) as WatchedZone
      return table.all().map((one) => reportOf(one, zone.serial()))
    },
  })

/** What is nobody's else may be the way to the page. */
export const orPage =
  (handler: WebHandler): WebHandler =>
  async (request) =>
    (await handler(request)) ?? rootAnswer(request)
