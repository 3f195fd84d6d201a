import { readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { build, type BuildFailure, type BuildOptions } from 'esbuild'

const root = path.resolve(__dirname, '..')

/** Where the bundle lies: one self-contained CommonJS file, as Botpress' own `bp build` would upload. */
export const bundlePath = path.join(root, 'dist/index.cjs')

const sourcePath = path.join(root, 'src/index.ts')

/** The way `bp build` bundles an entry. */
const optionsFor = (entry: string, outfile: string) =>
  ({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2020',
    minify: true,
    keepNames: true,
    logLevel: 'silent',
    absWorkingDir: root,
  }) satisfies BuildOptions

/** Bundles an entry. Returns the size in bytes. */
export const buildBundle = async (entry: string = sourcePath, outfile: string = bundlePath): Promise<number> => {
  await build(optionsFor(entry, outfile))
  return statSync(outfile).size
}

/** What an entry is bundled to, and the source map of that, whose paths start from the bundle; writes nothing. */
export const bundleWithMap = async (
  entry: string = sourcePath,
  outfile: string = bundlePath
): Promise<{ code: string; map: string }> => {
  // A map beside the bundle, which leaves the bundle itself as it is without one.
  const { outputFiles } = await build({ ...optionsFor(entry, outfile), sourcemap: 'external', write: false })
  const textOf = (end: string): string => outputFiles.find((file) => file.path.endsWith(end))?.text ?? ''
  return { code: textOf('.cjs'), map: textOf('.map') }
}

/** The first of esbuild's errors, in one line. */
const reasonOf = (error: unknown): string => {
  const [first] = (error as Partial<BuildFailure>).errors ?? []
  if (!first) return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error)
  const { file, line } = first.location ?? {}
  return `${first.text}${file ? ` (${file}:${line})` : ''}`
}

/** Removes what earlier bundles were compiled to (see `sandbox/functions/code-cache.cjs`). */
const removeCompiled = (): void => {
  const directory = path.dirname(bundlePath)
  for (const name of readdirSync(directory)) if (name.includes('.code')) rmSync(path.join(directory, name))
}

if (require.main === module) {
  buildBundle().then(
    (size) => {
      removeCompiled()
      process.stdout.write(`dist/index.cjs: ${size} bytes\n`)
    },
    (error: unknown) => {
      process.stderr.write(`The build failed: ${reasonOf(error)}\n`)
      process.exit(1)
    }
  )
}
