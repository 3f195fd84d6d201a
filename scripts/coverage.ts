import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { bundlePath, bundleWithMap } from './build'
import { placesThatRan, type Place, type Range } from './bundle-coverage'
import { linesOf, measuredFileSchema, percentOf, type FileLines, type MeasuredFile } from './covered-lines'

const root = path.resolve(__dirname, '..')
const results = path.join(root, 'coverage')

const noteSchema = z.object({ bundle: z.string(), ranges: z.array(z.tuple([z.number(), z.number(), z.number()])) })

/** What the tests loaded themselves; files of src that they did not load stand there as well, with nothing run. */
const readLoaded = (): MeasuredFile[] => {
  const file = path.join(results, 'coverage-final.json')
  if (!existsSync(file)) throw new Error('Nothing was measured: run COVERAGE=1 npm test first')
  return Object.values(z.record(z.string(), measuredFileSchema).parse(JSON.parse(readFileSync(file, 'utf8'))))
}

/** What the processes noted of the bundle. The last line of one that was killed may be cut short. */
const readNotes = (): Range[][] => {
  const directory = path.join(results, 'bundle')
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.jsonl')) : []
  const lines = files.flatMap((name) => readFileSync(path.join(directory, name), 'utf8').split('\n').slice(0, -1))
  const notes = lines.map((line) => noteSchema.parse(JSON.parse(line)))
  return notes.filter(({ bundle }) => bundle === bundlePath).map(({ ranges }) => ranges)
}

/** What of each file ran in the bundle. */
const readBundle = async (): Promise<(file: string) => Place[]> => {
  const bundle = await bundleWithMap()
  if (bundle.code !== readFileSync(bundlePath, 'utf8')) throw new Error('The bundle is not what src is built to now')
  const places = placesThatRan(bundle, (source) => source.startsWith('../src/'), readNotes())
  return (file) => places.get(path.relative(path.dirname(bundlePath), file)) ?? []
}

/** Rounded down: 100 means all. */
const inWords = (percent: number): string => `${(Math.floor(percent * 100) / 100).toFixed(2)} %`

const rowOf = (file: FileLines): string =>
  `${inWords(percentOf([file])).padStart(9)}  ${path.relative(root, file.path)}: ${file.uncovered.join(', ')}\n`

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { floor: { type: 'string', default: '0' } } })
  const loaded = readLoaded()
  const ranIn = await readBundle()
  const files = loaded.map((file) => linesOf(file, ranIn(file.path)))

  const incomplete = files.filter(({ uncovered }) => uncovered.length > 0)
  incomplete.sort((one, other) => percentOf([one]) - percentOf([other]))
  for (const file of incomplete) process.stdout.write(rowOf(file))
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  process.stdout.write(`${inWords(percentOf(files))} of ${lines} lines in ${files.length} files of src\n`)
  if (percentOf(files) < Number(values.floor)) throw new Error(`That is below the floor of ${values.floor} %`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
