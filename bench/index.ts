import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { measureSize, measureStart } from './bundle'
import { countAll, countStates } from './counts'
import { measureCpu } from './cpu'
import { measureLoad } from './load'
import { measureMemory } from './memory'
import type { Row } from './rows'
import { toTable } from './table'

/** How long the servers take over each call. */
const delayMs = 40

const measure = async (exact: boolean): Promise<Row[]> => {
  const exactRows = async (): Promise<Row[]> => [countStates(), ...(await countAll(delayMs))]
  if (exact) return [...(await measureSize()), ...(await exactRows())]
  return [
    ...(await measureSize()),
    // Before anything else runs that could slow the processes down.
    ...(await measureStart()),
    ...(await measureCpu()),
    ...(await exactRows()),
    ...(await measureLoad(delayMs)),
    ...(await measureMemory()),
  ]
}

/** With `--exact` only counts and sizes, which do not depend on the machine. */
const main = async (): Promise<void> => {
  const exact = process.argv.includes('--exact')
  const rows = await measure(exact)
  process.stdout.write(toTable(rows))
  const results = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    date: new Date().toISOString(),
    exact,
    delayMs,
    rows,
  }
  writeFileSync(path.join(__dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
  const missed = rows.filter(({ ok }) => ok === false)
  for (const { what, measured, mustReach } of missed) {
    process.stderr.write(`missed: ${what} is ${measured}, must be ${mustReach}\n`)
  }
  if (missed.length > 0) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`bench failed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
