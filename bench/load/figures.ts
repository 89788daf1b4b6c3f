/** What several rounds came to. */

export interface Figure {
  readonly median: number
  readonly least: number
  readonly most: number
}

export const figureOf = (values: readonly number[]): Figure => {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: percentile(sorted, 50),
    least: sorted[0] ?? NaN,
    most: sorted.at(-1) ?? NaN,
  }
}

/** @param sorted in ascending order */
export const percentile = (sorted: readonly number[], percent: number): number => {
  const index = Math.ceil((sorted.length * percent) / 100) - 1
  return sorted[Math.max(index, 0)] ?? NaN
}

const shown = (value: number): string => {
  if (Number.isNaN(value)) return '–'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}

export const figureText = ({ median, least, most }: Figure): string =>
  `${shown(median)} (${shown(least)}–${shown(most)})`
