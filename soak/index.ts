import { parseArgs } from 'node:util'
import { describeSoak, runSoak } from './run'

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      events: { type: 'string', default: '10000' },
      processes: { type: 'string', default: '1' },
    },
  })
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  const report = await runSoak({
    seed,
    events: Number(values.events),
    processes: Number(values.processes),
    customers: 30,
    probability: 0.05,
  })
  process.stdout.write(`${describeSoak(report)}\n`)
  if (report.differences.length > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`soak failed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
