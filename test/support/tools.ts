/** Programs that we did not write: whether they are there, and running them. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The Debian package that brings each program. */
const PACKAGES = {
  dig: 'bind9-dnsutils',
  nsupdate: 'bind9-dnsutils',
  named: 'bind9',
  knotd: 'knot',
  nsd: 'nsd',
  pdns_server: 'pdns-server',
  '/usr/share/pdns-backend-sqlite3': 'pdns-backend-sqlite3',
  sqlite3: 'sqlite3',
  'named-checkconf': 'bind9-utils',
  '/usr/sbin/knotc': 'knot',
  kdig: 'knot-dnsutils',
  knsupdate: 'knot-dnsutils',
  ddclient: 'ddclient',
  certbot: 'certbot',
  '/usr/lib/python3/dist-packages/certbot_dns_rfc2136': 'python3-certbot-dns-rfc2136',
  lego: 'lego',
  pebble: 'pebble',
  openssl: 'openssl',
  '/usr/sbin/inadyn': 'inadyn',
  wget: 'wget',
  '/usr/bin/chromium-headless-shell': 'chromium-headless-shell',
  curl: 'curl',
  bash: 'bash',
  '/usr/share/perl5/IO/Socket/SSL.pm': 'libio-socket-ssl-perl',
  dehydrated: 'dehydrated',
  '/usr/share/dehydrated-hook-ddns-tsig': 'dehydrated-hook-ddns-tsig',
  '/usr/sbin/kea-dhcp-ddns': 'kea-dhcp-ddns-server',
  '/usr/sbin/dhcpd': 'isc-dhcp-server',
  '/usr/sbin/dhclient': 'isc-dhcp-client',
  ip: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  '/usr/lib/python3/dist-packages/aiosmtpd': 'python3-aiosmtpd',
  'systemd-analyze': 'systemd',
  dnsdist: 'dnsdist',
  '/usr/sbin/unbound': 'unbound',
  '/usr/sbin/kresd': 'knot-resolver',
  // Debian's own Python, for it is the one that has Debian's dnspython.
  '/usr/bin/python3': 'python3-dnspython',
} as const

export type Tool = keyof typeof PACKAGES

const isInstalled = (tool: string): boolean =>
  tool.startsWith('/')
    ? existsSync(tool)
    : (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)))

/**
 * For tap's `skip` option: false when all tools are there. Where the suite must be whole (CI is
 * set) a missing tool is no reason to skip, and the test fails by itself.
 */
export const skipWithout = (...tools: readonly Tool[]): string | false => {
  const missing = tools.filter((tool) => !isInstalled(tool))
  if (missing.length === 0 || process.env['CI'] !== undefined) return false
  const packages = [...new Set(missing.map((tool) => PACKAGES[tool]))]
  return `apt-get install ${packages.join(' ')}`
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Words that start a program without tap's coverage: programs of Node's would collect it, and take longer to
 * start. Not by the environment that `spawn` is given, for tap adds to that.
 */
export const plainly = (...words: readonly string[]): [string, string[]] => [
  'env',
  ['-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE', ...words],
]

/** Runs a program to its end, with `input` on its standard input. */
export const run = (
  command: string,
  args: readonly string[],
  input = '',
  folder?: string,
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(...plainly(command, ...args), { cwd: folder })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 127 && stderr.startsWith('env: ')) reject(new Error(stderr))
      else resolve({ code, stdout, stderr })
    })
    // A program that ends before it has read everything.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
