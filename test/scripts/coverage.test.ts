import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bundleWithMap } from '../../scripts/build'
import { placesThatRan, type Range } from '../../scripts/bundle-coverage'
import { linesOf, percentOf, type MeasuredFile } from '../../scripts/covered-lines'
import { have, runPool, useClosers } from '../sandbox-functions/running'

useClosers()

const SOURCE = `
const describe = (work: { fail?: boolean }): string => {
  if (work.fail) {
    return 'failed'
  }
  return 'done'
}
export const handler = async ({ body }: { body: string }) => {
  if (body === 'never') return { status: 500 }
  return { status: 200, body: JSON.stringify(describe(JSON.parse(body))) }
}
const pick = (size: number): string => {
  if (size > 9) {
    return 'large'
  }
  return String(size)
}
export const picked = pick(Number('1'))
`

describe('what ran in the bundle', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'coverage-'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(directory, { recursive: true })
  })

  it('is known by line though the process was killed, and adds up over processes', async () => {
    const [entry, bundle, notes] = ['entry.ts', 'bundle.cjs', 'notes'].map((name) => path.join(directory, name))
    await writeFile(entry!, SOURCE)
    const built = await bundleWithMap(entry, bundle)
    await writeFile(bundle!, built.code)
    vi.stubEnv('SANDBOX_COVERAGE', notes)

    const linesThatRan = async (): Promise<number[]> => {
      const files = (await readdir(notes!)).filter((name) => name.endsWith('.jsonl'))
      const texts = await Promise.all(files.map((name) => readFile(path.join(notes!, name), 'utf8')))
      const lines = texts.flatMap((text) => text.trim().split('\n'))
      const ranges = lines.map((line) => (JSON.parse(line) as { ranges: Range[] }).ranges)
      const places = placesThatRan(built, (source) => source.endsWith('entry.ts'), ranges).get('entry.ts') ?? []
      return [4, 6, 9, 10, 14, 16].filter((line) => places.some((place) => place.line === line))
    }
    const pool = await runPool({ bundle: bundle! })
    await have(pool)
    // The second process loads what the first has compiled.
    await pool.kill()
    const again = await runPool({ bundle: bundle! })
    expect(await linesThatRan()).toEqual([6, 9, 10, 16])
    await have(again, { fail: true })
    await again.kill()
    expect(await linesThatRan()).toEqual([4, 6, 9, 10, 16])
  })
})

describe('the lines of a file', () => {
  const span = (line: number, from: number, lastLine: number, to: number | null) => ({
    start: { line, column: from },
    end: { line: lastLine, column: to },
  })
  // 1: a constant; 2 to 5: a function; 3: a condition whose consequence is line 4.
  const file = (ran: number[] = []): MeasuredFile => ({
    path: 'src/file.ts',
    statementMap: { 0: span(1, 14, 1, null), 1: span(3, 2, 4, 10), 2: span(4, 4, 4, 10) },
    fnMap: { 0: { loc: span(2, 20, 5, 1) } },
    s: { 0: Number(ran.includes(1)), 1: Number(ran.includes(3)), 2: Number(ran.includes(4)) },
  })
  const at = (line: number, column: number) => ({ line, column })

  it.each([
    ['a file that nothing has loaded', [], [], [1, 3, 4]],
    ['a file that a test has loaded', [1], [], [3, 4]],
    ['a statement within which something ran', [], [at(3, 6)], [4]],
    ['what ran in the tests, and in the bundle', [1, 3], [at(4, 4)], []],
    ['a place behind the last character of a statement', [1], [at(4, 10)], [3, 4]],
  ])('%s', (_, ran, places, uncovered) => {
    const lines = linesOf(file(ran), places)
    expect(lines).toEqual({ path: 'src/file.ts', lines: 3, uncovered })
    expect(percentOf([lines])).toBeCloseTo((100 * (3 - uncovered.length)) / 3)
  })
})
