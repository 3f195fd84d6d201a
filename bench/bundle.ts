import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildBundle, bundlePath } from '../scripts/build'
import { bytes, median, ratioAtMost, shown, type Row } from './rows'

const mostBytes = 1_250_000
const mostTimesTheSdk = 1.5
const rounds = 41

/** Builds the integration that only wires the SDK, calls `use` with where it lies, and removes it. */
const withEmptyIntegration = async <T>(use: (outfile: string, size: number) => T): Promise<T> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'empty-integration-'))
  const outfile = path.join(directory, 'index.cjs')
  try {
    return use(outfile, await buildBundle(path.join(__dirname, 'empty-integration.ts'), outfile))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export const measureSize = async (): Promise<Row[]> => {
  const { size } = statSync(bundlePath)
  const floor = await withEmptyIntegration((_, empty) => empty)
  return [
    {
      what: 'bundle, minified',
      measured: bytes(size),
      mustReach: `at most ${bytes(mostBytes)}`,
      ok: size <= mostBytes,
    },
    shown('bundle of the SDK alone', bytes(floor)),
  ]
}

const timeOf = (script: string, argument?: string): number => {
  const began = performance.now()
  execFileSync(process.execPath, ['-e', script, ...(argument ? [argument] : [])], { env: { PATH: process.env.PATH } })
  return performance.now() - began
}

/** Processes that load the bundle, the SDK alone, and nothing; in turn, so that a busy moment hits all three. */
export const measureStart = async (): Promise<Row[]> =>
  withEmptyIntegration((emptyIntegration) => {
    const load = 'require(process.argv[1])'
    const times: Record<'bundle' | 'sdk' | 'node', number[]> = { bundle: [], sdk: [], node: [] }
    // The first round reads the files from the disk.
    for (let round = 0; round <= rounds; round++) {
      const measured = {
        bundle: timeOf(load, bundlePath),
        sdk: timeOf(load, emptyIntegration),
        node: timeOf(''),
      }
      if (round === 0) continue
      times.bundle.push(measured.bundle)
      times.sdk.push(measured.sdk)
      times.node.push(measured.node)
    }
    const node = median(times.node)
    const [bundle, sdk] = [median(times.bundle) - node, median(times.sdk) - node]
    return [
      ratioAtMost('start, times that of the SDK alone', bundle / sdk, mostTimesTheSdk),
      shown('start: bundle, SDK alone', `${bundle.toFixed(0)} ms, ${sdk.toFixed(0)} ms over an empty node`),
      shown('start: empty node', `${node.toFixed(0)} ms`),
    ]
  })
