import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildBundle, bundlePath } from '../scripts/build'
import { bytes, median, ratioAtMost, shown, type Row } from './rows'

const mostBytes = 1_265_000
const mostTimesTheSdk = 1.45
const rounds = 41

/** Builds an entry of this folder, calls `use` with where the bundle lies and its size, and removes it. */
export const withBundle = async <T>(
  entry: string,
  use: (outfile: string, size: number) => T | Promise<T>
): Promise<T> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const outfile = path.join(directory, 'index.cjs')
  try {
    return await use(outfile, await buildBundle(path.join(__dirname, entry), outfile))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The integration that only wires the SDK. */
const emptyEntry = 'empty-integration.ts'

export const measureSize = async (): Promise<Row[]> => {
  const { size } = statSync(bundlePath)
  const floor = await withBundle(emptyEntry, (_, empty) => empty)
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
  withBundle(emptyEntry, (emptyIntegration) => {
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
