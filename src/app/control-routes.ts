/** What the control socket is about: its groups of commands, with what each needs of the server. */
import { keyFault } from '../access/keyring.ts'
import { alertRoutes } from '../control/alert-routes.ts'
import { blockRoutes } from '../control/block-routes.ts'
import type { ControlRoutes } from '../control/control-server.ts'
import { historyRoutes } from '../control/history-routes.ts'
import { keyRoutes } from '../control/key-routes.ts'
import { policyRoutes } from '../control/policy-routes.ts'
import { rejectedRoutes } from '../control/rejected-routes.ts'
import { reloadRoutes, type ReloadAnswer } from '../control/reload-routes.ts'
import { roleRoutes } from '../control/role-routes.ts'
import { secondariesRoutes } from '../control/secondaries-routes.ts'
import { tokenRoutes } from '../control/token-routes.ts'
import { userRoutes } from '../control/user-routes.ts'
import type { Generation, Lasting } from './generation.ts'

/** @param current the generation of the day */
export const controlRoutesOf = (
  { store, clock, keyUses, rejections, notify, tokens, users, throttles, alerts, log }: Lasting,
  current: () => Generation,
  reload: () => Promise<ReloadAnswer>,
): readonly ControlRoutes[] => [
  reloadRoutes(reload),
  keyRoutes(() => {
    keyUses.save()
  }),
  rejectedRoutes(rejections),
  policyRoutes(
    () => current().zones,
    (key) => keyFault(current().keyring, key, clock.nowSeconds()),
  ),
  tokenRoutes(tokens),
  userRoutes(users),
  blockRoutes(throttles.logins),
  alertRoutes(alerts),
  secondariesRoutes(notify.notifier),
  roleRoutes(() => current().role.secondaries),
  historyRoutes(store, log, (apex) => current().zones.get(apex)?.isSecondary === true),
]
