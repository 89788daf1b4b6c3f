/** The project's own source as a tree of files: what each imports, and how long its functions are. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

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

const sourceFile = (root: string, { path, text }: TextFile): SourceFile => {
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lineAt = (position: number): number =>
    parsed.getLineAndCharacterOfPosition(position).line + 1
  const imports: string[] = []
  const functions: { line: number; lines: number }[] = []
  const anyTypes: number[] = []
  const visit = (node: ts.Node): void => {
    const target = importedBy(node)
    if (target?.startsWith('.') === true) imports.push(pathOf(root, path, target))
    if (ts.isFunctionLike(node)) {
      const line = lineAt(node.getStart())
      functions.push({ line, lines: lineAt(node.end) - line + 1 })
    }
    if (node.kind === ts.SyntaxKind.AnyKeyword) anyTypes.push(lineAt(node.getStart()))
    ts.forEachChild(node, visit)
  }
  visit(parsed)
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { path, text, lines, imports, functions, anyTypes }
}

/** What stands for another file in an import, an export, a type, or `new URL('…', import.meta.url)`. */
const importedBy = (node: ts.Node): string | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return textOf(node.moduleSpecifier)
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return textOf(node.argument.literal)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return textOf(node.arguments[0])
  }
  if (ts.isNewExpression(node) && node.arguments?.[1]?.getText() === 'import.meta.url') {
    return `./${textOf(node.arguments[0]) ?? ''}`
  }
  return undefined
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteral(node) ? node.text : undefined

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
