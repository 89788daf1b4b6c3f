/** How far a long command is, on a terminal; elsewhere nothing. */

const WIDTH = 40

/**
 * Loading blocks the event loop, so this draws when it is told and has no timer.
 * @param total what `done` counts up to
 */
export const progressBar = (
  total: number,
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): ((done: number) => void) => {
  if (!terminal.isTTY) return () => undefined
  let drawn = -1
  return (done) => {
    const percent = Math.floor((done / total) * 100)
    if (percent === drawn) return
    drawn = percent
    const filled = Math.floor((percent * WIDTH) / 100)
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.')
    terminal.write(`\r[${bar}] ${percent} %${percent === 100 ? '\n' : ''}`)
  }
}
