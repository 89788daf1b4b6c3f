// House rules that a machine can check; each is an error or it is off.
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'build', '.tap', 'data', '*.js', 'test/coverage-map.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers read well in messages.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
          message: "import * as z from 'zod': with its own z come messages in fifty languages",
        },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: {
      // tap's t.test gives back a promise that tap itself awaits.
      '@typescript-eslint/no-floating-promises': 'off',
      // Sub-tests are async functions whether they wait or not.
      '@typescript-eslint/require-await': 'off',
    },
  },
)
