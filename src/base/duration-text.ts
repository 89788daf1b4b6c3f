/** How long something took, for people: `5 minutes`, `2 days`. */

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** In the largest unit that fits; what is left over is left out. */
export const durationText = (milliseconds: number): string => {
  const [unit, size] = UNITS.find(([, one]) => milliseconds >= one) ?? ['second', 1000]
  const count = Math.floor(milliseconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
