import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.mts'

/**
 * Tests that measure load, or bring the machine to its limit. They run first and by themselves; beside others they
 * would measure the machine.
 */
const bursts = [
  'test/e2e/soak.test.ts',
  'test/e2e/at-once.test.ts',
  'test/e2e/memory.test.ts',
  'test/browser/files.test.ts',
]
const isMeasured = process.env.COVERAGE === '1'

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          // The cold soak is played by `npm run test:cold`.
          exclude: [...bursts, 'test/e2e/soak-cold.test.ts', '**/node_modules/**'],
          sequence: { groupOrder: 1 },
          globalSetup: './test/say-what-is-skipped.ts',
        },
      },
      {
        extends: true,
        test: { name: 'bursts', include: bursts, maxWorkers: 3, sequence: { groupOrder: 0 } },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // What a passing test makes the code write, errors among it, is what the test is about.
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The end-to-end tests mostly wait; by default, a machine with two cores would run one file at a time.
    maxWorkers: 8,
    // What the tests import is loaded once a worker and not once a file; a file must leave nothing behind in it.
    pool: 'threads',
    isolate: false,
    // Some hundred processes run the bundle: they share what the first of them compiled.
    env: {
      SANDBOX_CODE_CACHE: 'dist',
      ...(isMeasured && { SANDBOX_COVERAGE: path.join(import.meta.dirname, 'coverage/bundle') }),
    },
    // What the tests themselves load of src; `npm run coverage` adds what ran in the bundle.
    coverage: {
      enabled: isMeasured,
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts'],
      reporter: 'json',
      // Emptied before the tests, with what the processes of an earlier run noted.
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
  },
})
