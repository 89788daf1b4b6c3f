/** `livezone agent` and a livezone, in a network of their own whose addresses change. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { skipWithout } from '../support/tools.ts'

/** Of networks and of processes: whatever is left there ends with it. */
const NAMESPACE = [
  ...['--map-root-user', '--net'],
  ...['--pid', '--fork', '--kill-child', '--mount-proc'],
]

const { status } = spawnSync('unshare', [...NAMESPACE, 'ip', 'link', 'add', 'type', 'veth'])
const NOT_FOUND = 127
const mayNot =
  status === 0 || status === NOT_FOUND ? false : 'this system lets us have no namespaces'

const skip = skipWithout('ip', 'unshare', 'nsenter', 'dig') || mayNot

const program = fileURLToPath(new URL('agent-in-namespace.js', import.meta.url))
const webProgram = fileURLToPath(new URL('agent-web-in-namespace.js', import.meta.url))

// It waits for what other programs do in their time.
t.setTimeout(300_000)

t.spawn(
  'unshare',
  [...NAMESPACE, process.execPath, program],
  { skip, timeout: 300_000 },
  'the agent in a network of its own',
)

t.spawn(
  'unshare',
  [...NAMESPACE, process.execPath, webProgram],
  { skip, timeout: 300_000 },
  'the agent over HTTP, at the far end of a cable',
)
