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
  },
})
