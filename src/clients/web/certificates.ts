/** What fetches certificates by a TXT record (RFC 8555 §8.4), with a token that can touch nothing else. */
import type { WebClient } from './web-client.ts'

export const certbot: WebClient = {
  id: 'certbot',
  title: 'certbot',
  types: ['TXT'],
  where: 'On a shell; certbot remembers the hook for renewals:',
  text: ({ origin, host, user, token }) => [
    `certbot certonly --manual --preferred-challenges dns -d ${host} --manual-auth-hook \\`,
    `  'curl -fsS -u ${user}:${token} "${origin}/nic/update?hostname=_acme-challenge.$CERTBOT_DOMAIN&txt=$CERTBOT_VALIDATION"'`,
  ],
}

export const lego: WebClient = {
  id: 'lego',
  title: 'lego',
  types: ['TXT'],
  where: 'On a shell; it makes the hook and runs lego:',
  text: ({ origin, host, user, token }) => [
    `cat > livezone-hook.sh <<'END'`,
    '#!/bin/sh',
    '[ "$1" = present ] || exit 0',
    `curl -fsS -u ${user}:${token} "${origin}/nic/update?hostname=\${2%.}&txt=$3"`,
    'END',
    'chmod 700 livezone-hook.sh',
    `EXEC_PATH=./livezone-hook.sh EXEC_SEQUENCE_INTERVAL=0 lego --accept-tos --email you@example.net --dns exec -d ${host} run`,
  ],
}
