/**
 * A line for each server over a logarithmic axis, as an SVG of its own. Its greys and colours are
 * readable on white and on black, for a page may be either and does not say which.
 */

export interface Line {
  readonly label: string
  readonly points: { readonly x: number; readonly y: number }[]
}

const WIDTH = 640
const HEIGHT = 320
/** Of the area that the lines are in. */
const AREA = { left: 64, right: 510, top: 36, bottom: 280 }
const GREY = '#808890'
const COLOURS = ['#2f81f7', '#e5690b', '#2da44e', '#bf4bd6', '#c39a00', '#d9417a']
const TICKS = 4

export const plotOf = (title: string, lines: readonly Line[]): string => {
  const points = lines.flatMap((line) => line.points)
  const places = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const [lowest = 1, highest = 1] = [places[0], places.at(-1)].map((x) => Math.log10(x ?? 1))
  const top = roundUp(Math.max(...points.map(({ y }) => y)))
  const xOf = (x: number): number =>
    AREA.left +
    ((Math.log10(x) - lowest) / Math.max(highest - lowest, 1)) * (AREA.right - AREA.left)
  const yOf = (y: number): number => AREA.bottom - (y / top) * (AREA.bottom - AREA.top)
  const grid = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = (top * tick) / TICKS
    const y = yOf(value)
    return (
      `<path d="M${AREA.left} ${y}H${AREA.right}" stroke="${GREY}" stroke-opacity=".35"/>` +
      text(AREA.left - 8, y + 4, value.toLocaleString('en'), 'end')
    )
  })
  const ticks = places.map((x) => text(xOf(x), AREA.bottom + 20, x.toLocaleString('en'), 'middle'))
  const drawn = lines.map(({ label, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? GREY
    const path = own.map(({ x, y }) => `${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`).join('L')
    const dots = own.map(
      ({ x, y }) => `<circle cx="${xOf(x).toFixed(1)}" cy="${yOf(y).toFixed(1)}" r="3.5"/>`,
    )
    const legend = text(AREA.right + 20, AREA.top + 4 + index * 20, label, 'start', colour)
    return (
      `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<g fill="${colour}">${dots.join('')}</g>${legend}`
    )
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    text(AREA.left, 18, title, 'start'),
    ...grid,
    ...ticks,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

const text = (x: number, y: number, what: string, anchor: string, colour = GREY): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${what}</text>`

/** To 1, 2, 4 or 10 times a power of ten, which quarters well. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 4].find((factor) => factor * power >= value) ?? 10)
}
