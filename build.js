/**
 * `node build.js FOLDER`: what is served is one file for each command and what they share, with all packages
 * but the native ones in it. Some seven hundred files that are found, opened and compiled one by one take
 * longer than all else that a start does.
 */
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

const [, , folder] = process.argv
// Files of an earlier build have other names.
rmSync(folder, { recursive: true, force: true })

await build({
  // The other is where further threads begin (src/app/reader-seat.ts).
  entryPoints: [
    { in: 'src/cli/main.ts', out: 'main' },
    { in: 'src/app/reader-thread.ts', out: 'reader-thread' },
  ],
  outdir: folder,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // What has a binary beside it finds that from where it is.
  external: ['lmdb', 'koffi', '#package'],
  // Packages of the older kind ask for Node's own modules by this.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)",
  },
  logLevel: 'warning',
})
