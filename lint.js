/** What `tsc --noEmit` and `eslint .` would say, of one program: types are read and worked out once for both. */
import { ESLint } from 'eslint'
import ts from 'typescript'

const { sys } = ts
const fail = ({ messageText }) => {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, sys.newLine))
}
const host = { ...sys, onUnRecoverableConfigFileDiagnostic: fail }
const config = ts.getParsedCommandLineOfConfigFile('tsconfig.json', { noEmit: true }, host)
const program = ts.createProgram(config.fileNames, config.options)
const mistakes = [...config.errors, ...ts.getPreEmitDiagnostics(program)]
sys.write(
  ts.formatDiagnosticsWithColorAndContext(mistakes, {
    getCurrentDirectory: sys.getCurrentDirectory,
    getCanonicalFileName: (name) => name,
    getNewLine: () => sys.newLine,
  }),
)

const eslint = new ESLint({
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false, programs: [program] } },
  },
})
const results = await eslint.lintFiles('.')
const formatter = await eslint.loadFormatter('stylish')
sys.write(await formatter.format(results))
const isFine =
  mistakes.length === 0 &&
  results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0)
process.exitCode = isFine ? 0 : 1
