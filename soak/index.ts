import { parseArgs } from 'node:util'
import { describeSoak } from './report'
import { runSoak } from './run'

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      events: { type: 'string', default: '10000' },
      functions: { type: 'string', default: '4' },
      cold: { type: 'boolean', default: false },
    },
  })
  const report = await runSoak({
    seed: Number(values.seed ?? Date.now() % 1_000_000),
    events: Number(values.events),
    functions: Number(values.functions),
    cold: values.cold,
    // Every request of a cold run costs the start of a process.
    customers: values.cold ? 6 : 30,
    probability: 0.05,
  })
  process.stdout.write(`${describeSoak(report)}\n`)
  if (report.differences.length > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`soak failed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
