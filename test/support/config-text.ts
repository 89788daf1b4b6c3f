/** A configuration put together from lines, so that a test knows where each of them stands. */

/** Line 1 is `listen`, 2 `data`, 3 `keys`, 4 the zone's header, 5 its name, and 6 begins the rest. */
export const configText = ({
  listen = 'listen = ["127.0.0.1:0"]',
  data = 'data = "data"',
  keys = 'keys = "keys"',
  zone = '[[zone]]\nname = "dyn.example."',
  rest = '',
}): string => [listen, data, keys, zone, rest].join('\n')

export type ConfigParts = Parameters<typeof configText>[0]

/** In `rest` its header is line 6 and the first of these lines 7. */
export const grantText = (...lines: readonly string[]): string =>
  ['[[zone.grant]]', ...lines, ''].join('\n')
