/** The project's own source as a tree of files: what each imports, and how long its functions are. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor, type Expression, type Span, type VisitorObject } from 'oxc-parser'

export interface TextFile {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly text: string
}

export interface SourceFile extends TextFile {
  readonly lines: number
  /** The files of the project that it names in an import or starts as a program, as paths. */
  readonly imports: readonly string[]
  readonly functions: readonly { readonly line: number; readonly lines: number }[]
  /** Lines where a type is `any`. */
  readonly anyTypes: readonly number[]
}

/** The folder with our package.json at or above this file, which may have been compiled elsewhere. */
export const repositoryRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!isOurs(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('no package.json of livezone above this file')
    folder = dirname(folder)
  }
  return folder
}

const isOurs = (file: string): boolean =>
  existsSync(file) && /^ *"name": "livezone"/m.test(readFileSync(file, 'utf8'))

/** Files and folders below a folder of the repository; none when it is not there. */
export const pathsIn = (root: string, folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((path) => posix.join(folder, path.replaceAll(sep, '/')))
        .sort()
    : []

/** Every file below the folders. */
export const textFilesIn = (root: string, ...folders: readonly string[]): TextFile[] =>
  folders
    .flatMap((folder) => pathsIn(root, folder))
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Every TypeScript file below the folders. */
export const sourceFilesIn = (root: string, ...folders: readonly string[]): SourceFile[] =>
  textFilesIn(root, ...folders)
    .filter(({ path }) => path.endsWith('.ts'))
    .map((file) => sourceFile(root, file))

/** Walks through the syntax of a file. */
export const visit = ({ path, text }: TextFile, visitor: VisitorObject): void => {
  const { program, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)
  new Visitor(visitor).visit(program)
}

const sourceFile = (root: string, file: TextFile): SourceFile => {
  const { path, text } = file
  const starts = [...text.matchAll(/\n/g)].map(({ index }) => index)
  const lineAt = (position: number): number =>
    starts.filter((newline) => newline < position).length + 1
  const imports: string[] = []
  const functions: { line: number; lines: number }[] = []
  const anyTypes: number[] = []
  const imported = (target: string): void => {
    if (target.startsWith('.')) imports.push(pathOf(root, path, target))
  }
  const measured = ({ start, end }: Span): void => {
    functions.push({ line: lineAt(start), lines: lineAt(end) - lineAt(start) + 1 })
  }
  visit(file, {
    ImportDeclaration: ({ source }) => {
      imported(source.value)
    },
    ExportAllDeclaration: ({ source }) => {
      imported(source.value)
    },
    ExportNamedDeclaration: ({ source }) => {
      imported(source?.value ?? '')
    },
    TSImportType: ({ source }) => {
      imported(source.value)
    },
    ImportExpression: ({ source }) => {
      imported(textOf(source))
    },
    // `new URL('…', import.meta.url)`
    NewExpression: ({ arguments: [target, base] }) => {
      if (base === undefined || text.slice(base.start, base.end) !== 'import.meta.url') return
      if (target?.type === 'Literal') imported(`./${textOf(target)}`)
    },
    FunctionDeclaration: measured,
    FunctionExpression: measured,
    ArrowFunctionExpression: measured,
    TSAnyKeyword: ({ start }) => {
      anyTypes.push(lineAt(start))
    },
  })
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { path, text, lines, imports, functions, anyTypes }
}

const textOf = (node: Expression): string =>
  node.type === 'Literal' && typeof node.value === 'string' ? node.value : ''

/** A compiled file stands for its source. */
const pathOf = (root: string, from: string, target: string): string =>
  relative(root, resolve(root, dirname(from), target))
    .replaceAll(sep, '/')
    .replace(/\.js$/, '.ts')

/** The files that can be reached from these by imports, themselves included. */
export const reachableFrom = (
  files: readonly SourceFile[],
  starts: readonly string[],
): Set<string> => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const reached = new Set(starts)
  // A set that grows while it is walked is walked to its new end.
  for (const path of reached) {
    for (const target of byPath.get(path)?.imports ?? []) reached.add(target)
  }
  return reached
}
