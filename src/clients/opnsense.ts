/** OPNsense with its plugin os-rfc2136: what goes into which field of its form. */
import { secretText } from '../access/key-file.ts'
import { ready, withoutDot, type Client } from './client.ts'

export const opnsense: Client = ({ address, port, key, example }) => {
  const fields = {
    Hostname: withoutDot(example.owner),
    TTL: '60',
    'Key name': withoutDot(key.text),
    'Key algorithm': key.algorithm.text,
    Key: secretText(key.secret),
    // The field goes into a line of nsupdate's, which takes a port behind the address.
    Server: port === 53 ? address : `${address} ${port}`,
  }
  const notes =
    key.algorithm.text === 'hmac-md5'
      ? []
      : ['a plugin without the field "Key algorithm" knows HMAC-MD5 only: it needs such a key']
  return ready(
    ['Services > RFC 2136 > Add:', ...Object.entries(fields).map(([k, v]) => `${k}: ${v}`)],
    ...notes,
  )
}
