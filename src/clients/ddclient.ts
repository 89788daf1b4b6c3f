/** ddclient with the protocol nsupdate: a shell script that makes the key file and the configuration. */
import { keyFileText } from '../access/key-file.ts'
import { ready, withoutDot, type Client } from './client.ts'

export const ddclient: Client = ({ endpoint, key, zones: [zone], example }) =>
  ready(
    [
      'umask 077',
      "cat > livezone.key <<'END'",
      `${keyFileText(key)}END`,
      `{ echo "password=$PWD/livezone.key"; cat <<'END'; } > ddclient.conf`,
      'use=if, if=eth0',
      'protocol=nsupdate',
      `server=${endpoint}`,
      // It puts the final dot there itself.
      `zone=${withoutDot(zone)}`,
      'ttl=600',
      withoutDot(example.owner),
      'END',
    ],
    'run it in the folder where the key shall stay; put your own interface in the place of eth0',
  )
