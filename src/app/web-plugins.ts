/** What web listeners serve besides the dialects of dynamic DNS. */
import { createApi } from '../api/api.ts'
import { TokenCallers } from '../api/callers.ts'
import { networkFrom } from '../config/networks.ts'
import type { WebPlugin } from '../web/web-server.ts'
import type { Generation, Lasting } from './generation.ts'
import { pageOf } from './page.ts'

/** @param current the generation of the day */
export const webPluginsOf = (lasting: Lasting, current: () => Generation): readonly WebPlugin[] => [
  createApi({
    ...lasting,
    notifier: lasting.notify.notifier,
    callers: new TokenCallers(lasting.tokens),
    zones: () => current().zones,
    keyring: () => current().keyring,
    isNetwork: (text) => networkFrom(text) !== undefined,
  }),
  pageOf(lasting, current),
]
