import { readdirSync } from 'node:fs'
import path from 'node:path'
import tseslint from 'typescript-eslint'

/**
 * The folders of src, lowest first: a file imports from its own row and from those above it. Not judged are files that
 * lie in src itself, and what is loaded with its first use alone, by `import()`.
 */
const layers = [
  ['text'],
  ['platform', 'sunco'],
  ['media'],
  ['installation'],
  ['session'],
  ['events'],
  ['to-customer'],
  ['reconcile'],
  ['support'],
  ['install'],
  ['to-agent'],
  ['handoff'],
  ['webhook'],
]

const unplaced = readdirSync(path.join(import.meta.dirname, 'src'), { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && !layers.flat().includes(entry.name)
)
if (unplaced.length > 0) throw new Error(`No row in \`layers\`: ${unplaced.map(({ name }) => name).join(', ')}`)

const oneDirection = layers.slice(0, -1).map((folders, place) => {
  const later = layers.slice(place + 1).flat()
  const group = later.map((folder) => `**/${folder}`)
  const patterns = [{ group, message: 'Imports go in one direction: see `layers` in eslint.config.mjs.' }]
  return {
    files: folders.map((folder) => `src/${folder}/**/*.ts`),
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  }
})

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.browser.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      // Prettier wraps code and leaves comments as they are.
      'max-len': [
        'error',
        { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/**/*.ts', 'definitions/**/*.ts'], rules: { 'no-console': 'error' } },
  ...oneDirection,
  { files: ['**/*.{mjs,cjs,mts}'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } }
)
