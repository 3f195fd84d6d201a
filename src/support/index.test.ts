import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const src = path.join(__dirname, '..')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts')
)

/** Files of src that a file imports with its own loading, as paths from src. */
const importsOf = (file: string): string[] => {
  const code = readFileSync(path.join(src, file), 'utf8')
  const names = [...code.matchAll(/^(?:import|export) (?!type )[^;]*? from '(\.[^']+)'/gms)].map(
    ([, name = '']) => name
  )
  return names.map((name) => {
    const target = path.join(path.dirname(file), name)
    return files.find((found) => found === `${target}.ts` || found === path.join(target, 'index.ts')) ?? target
  })
}

const loadedBy = (file: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const imported of importsOf(file)) loadedBy(imported, seen)
  return seen
}

const isInside = (file: string): boolean => file.startsWith(`support${path.sep}`)

describe('the connection to Zendesk Support', () => {
  it('is not loaded with the integration, but for what says whether it is configured', () => {
    const loaded = [...loadedBy('index.ts')]
    expect(loaded).toContain(path.join('webhook', 'handle.ts'))
    expect(loaded.filter(isInside).sort()).toEqual(
      ['configuration.ts', 'index.ts', 'session-tag.ts'].map((name) => path.join('support', name))
    )
  })

  it('is imported by its index alone', () => {
    const outside = files.filter((file) => !isInside(file)).flatMap(importsOf)
    expect(new Set(outside.filter(isInside))).toEqual(new Set([path.join('support', 'index.ts')]))
  })
})
