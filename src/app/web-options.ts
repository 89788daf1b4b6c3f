/**
 * What web listeners serve. With what it needs this is most of the house's code, so it is loaded by the first
 * of them, when names are answered already (ADR 18).
 */
import { createApi } from '../api/api.ts'
import { TokenCallers } from '../api/callers.ts'
import { networkFrom } from '../config/networks.ts'
import type { WebOptions } from '../web/web-server.ts'
import type { Generation, Lasting } from './generation.ts'
import { orPage, pageOf } from './page.ts'

/** @param current the generation of the day */
export const webOptionsOf = (lasting: Lasting, current: () => Generation): WebOptions => ({
  plugins: [
    createApi({
      ...lasting,
      notifier: lasting.notify.notifier,
      callers: new TokenCallers(lasting.tokens),
      zones: () => current().zones,
      keyring: () => current().keyring,
      isNetwork: (text) => networkFrom(text) !== undefined,
    }),
    pageOf(lasting, current),
  ],
  handler: orPage((request) => current().web.answer(request)),
  isTrusted: (address) => current().isWebProxy(address),
})
