/** `livezone token device`: what a device of a fleet is given when it is made. */
import { deviceHost } from '../access/identities.ts'
import { deviceSecret } from '../access/token-secret.ts'
import { fleetOf } from '../config/web.ts'
import { nameToText } from '../text/name-text.ts'
import { configOf } from './configuration.ts'
import { OperatorError } from './operator-error.ts'
import type { TokenOptions } from './token.ts'

export const printDevice = (name: string, id: string, options: TokenOptions): void => {
  const { http } = configOf(options)
  const found = http.fleets.find((one) => one.name === name)
  if (found === undefined) {
    const names = http.fleets.map((one) => one.name).join(', ')
    throw new OperatorError(`there is no fleet ${name}; [[http.fleet]] has: ${names || 'none'}`)
  }
  const fleet = fleetOf(found)
  const device = {
    user: id,
    token: deviceSecret(fleet.secret, id),
    host: nameToText(deviceHost(fleet, id)),
  }
  const text = `${device.user} ${device.token} ${device.host}`
  if (fleet.denied.has(id.toLowerCase())) {
    process.stderr.write(
      `${id} is in deny of the fleet ${name}: take it out, and run livezone reload, before it is let in\n`,
    )
  }
  process.stdout.write(`${options.json === true ? JSON.stringify(device) : text}\n`)
}
