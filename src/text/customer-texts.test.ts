import { describe, expect, it } from 'vitest'
import { spokenIn, textsIn } from './customer-texts'

const languages = ['en', 'fr', 'es', 'pt', 'de', 'it', 'nl', 'pl', 'ja', 'zh']

describe('what customers read', () => {
  it.each([
    ['fr', 'fr'],
    ['pt-BR', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['sv', 'en'],
    ['constructor', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ])('in %s is %s', (language, spoken) => {
    expect(spokenIn(language)).toBe(spoken)
  })

  it.each(languages)('in %s is all there, and in no other language', (language) => {
    expect(spokenIn(language)).toBe(language)
    const texts = textsIn(language)
    expect(Object.values(texts).every((text) => text.trim() !== '')).toBe(true)
    const sentences = languages.filter((other) => textsIn(other).messageNotShown === texts.messageNotShown)
    expect(sentences).toEqual([language])
  })
})
