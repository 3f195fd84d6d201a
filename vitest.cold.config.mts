import { defineConfig } from 'vitest/config'

/** The end-to-end tests with a new process for every request: nothing may rest on what a process remembers. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    // The soak has a cold run of its own, and memory is looked at over many requests of one process.
    exclude: ['test/e2e/soak.test.ts', 'test/e2e/memory.test.ts'],
    env: { COLD: '1', SANDBOX_CODE_CACHE: 'dist' },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Starting processes is work for the processor, unlike waiting.
    maxWorkers: 2,
  },
})
