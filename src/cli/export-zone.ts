/** `livezone export ZONE` */
import { zoneFileLines } from '../store/zone-file.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { writeLines } from './stdout-lines.ts'
import { readingZone } from './stored-zone.ts'

export const exportZone = (
  zoneText: string,
  options: { readonly config: string },
): Promise<void> => {
  const apex = nameArgument(zoneText)
  return readingZone(configOf(options), apex, (_, view) => writeLines(zoneFileLines(view)))
}
