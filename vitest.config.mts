import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Starts hundreds of processes: part of the tests with a new process for every request.
    exclude: ['test/e2e/soak-cold.test.ts', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The end-to-end tests mostly wait; by default, a machine with two cores would run one file at a time.
    maxWorkers: 8,
    // What the tests import is loaded once a worker and not once a file; a file must leave nothing behind in it.
    pool: 'threads',
    isolate: false,
    // Some hundred processes run the bundle: they share what the first of them compiled.
    env: { SANDBOX_CODE_CACHE: 'dist' },
  },
})
