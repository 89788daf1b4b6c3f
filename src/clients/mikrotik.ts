/** MikroTik RouterOS: its command. */
import { secretText } from '../access/key-file.ts'
import { only53, ready, relativeName, withoutDot, type Client } from './client.ts'

export const mikrotik: Client = (settings) => {
  const { address, key, zones, example } = settings
  const [zone] = zones
  if (key.algorithm.text !== 'hmac-md5') {
    const why =
      `RouterOS signs by HMAC-MD5 and by nothing else, and ${key.text} is for ` +
      `${key.algorithm.text}: livezone key generate NAME --algorithm hmac-md5 makes one for it`
    return { ok: false, why }
  }
  const words = [
    '/tool dns-update',
    `dns-server=${address}`,
    `zone=${withoutDot(zone)}`,
    `name=${relativeName(example.owner, zone)}`,
    'address=192.0.2.1',
    'ttl=60',
    `key-name=${withoutDot(key.text)}`,
    `key=${secretText(key.secret)}`,
  ]
  return ready(
    [words.join(' ')],
    "put the router's own address after address=; its clock may be five minutes off at most",
    ...only53(settings, 'RouterOS'),
  )
}
