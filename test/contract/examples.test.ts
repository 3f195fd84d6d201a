import { describe, expect, it } from 'vitest'
import { parseBatch } from '../../src/events/parse'
import { toItems, toMessage } from '../../src/to-customer/content'
import { loadSuncoContract } from './sunco-contract'

const contract = loadSuncoContract()

const contentsOf = (value: unknown): Record<string, unknown>[] => {
  if (typeof value !== 'object' || value === null) return []
  const nested = Object.values(value).flatMap(contentsOf)
  return 'content' in value && typeof value.content === 'object' && value.content !== null
    ? [value.content as Record<string, unknown>, ...nested]
    : nested
}

describe.skipIf(!contract)('the API description’s own examples', () => {
  const examples = Object.entries(contract?.examples ?? {})

  it('of messages all become something that the customer can read', async () => {
    const contents = examples.flatMap(([, example]) => contentsOf(example))
    expect(new Set(contents.map(({ type }) => type))).toEqual(
      new Set([...contents.map(({ type }) => type), 'text', 'image', 'file', 'carousel', 'list', 'location', 'form'])
    )
    for (const content of contents) {
      const { type, payload } = toMessage(await toItems(content))
      expect(['text', 'image', 'audio', 'video', 'file', 'bloc']).toContain(type)
      const shown = JSON.stringify(payload)
      expect(shown.length).toBeGreaterThan(10)
      const hasText = typeof content.text === 'string' && !('items' in content) && !('coordinates' in content)
      if (hasText && !content.htmlText) expect(shown).toContain(JSON.stringify(content.text).slice(1, -1))
      if (typeof content.mediaUrl === 'string' && !shown.includes('cannot be shown'))
        expect(shown).toContain(content.mediaUrl)
    }
  })

  it('of webhook events can all be read', () => {
    const batches = examples.filter(
      ([, example]) => typeof example === 'object' && example !== null && 'events' in example
    )
    expect(batches.length).toBeGreaterThan(10)
    for (const [name, example] of batches) {
      expect({ name, broken: parseBatch(JSON.stringify(example))?.broken }).toEqual({ name, broken: 0 })
    }
  })
})
