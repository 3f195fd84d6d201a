import { describe, expect, it } from 'vitest'
import { toLanguage } from './language'

describe('a language', () => {
  it.each([
    ['fr', 'fr'],
    ['pt-BR', 'pt-BR'],
    ['PT-br', 'pt-BR'],
    ['pt_BR', 'pt-BR'],
    ['  de  ', 'de'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['en-US-u-ca-gregory', 'en-US'],
    ['tlh', 'tlh'],
    ['', undefined],
    ['French', undefined],
    ['und', undefined],
    ['Deutsch (Schweiz)', undefined],
    ['fr:evil', undefined],
    ['42', undefined],
    [undefined, undefined],
    [`sl-${'rozaj-biske-1994-nedis-solba-lipaw'}`, undefined],
  ])('%s is taken for %s', (given, language) => {
    expect(toLanguage(given)).toBe(language)
  })
})
