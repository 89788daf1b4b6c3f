/** nsupdate: a shell script that makes the key file and adds a record. */
import { keyFileText } from '../access/key-file.ts'
import { ready, type Client } from './client.ts'

export const nsupdate: Client = ({ address, port, key, zones: [zone], example }) => {
  const { owner, type, rdata } = example
  return ready([
    'umask 077',
    "cat > livezone.key <<'END'",
    `${keyFileText(key)}END`,
    "nsupdate -k livezone.key <<'END'",
    `server ${address} ${port}`,
    `zone ${zone}`,
    `update delete ${owner} ${type}`,
    `update add ${owner} 60 ${type} ${rdata}`,
    'send',
    'END',
  ])
}
