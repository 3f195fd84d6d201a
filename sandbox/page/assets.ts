import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'

export type Assets = { html: string; css: string; script: string; icon: string }

const inPublic = (name: string): Promise<string> => readFile(path.join(__dirname, 'public', name), 'utf8')

/** The page's files; its script is bundled here, so that there is nothing to build beforehand. */
export const loadAssets = async (): Promise<Assets> => {
  const bundling = build({
    entryPoints: [path.join(__dirname, 'client/main.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  })
  const [html, css, icon, { outputFiles }] = await Promise.all([
    inPublic('index.html'),
    inPublic('style.css'),
    readFile(path.resolve(__dirname, '../../icon.svg'), 'utf8'),
    bundling,
  ])
  return { html, css, icon, script: outputFiles[0]?.text ?? '' }
}
