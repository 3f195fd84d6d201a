import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shorten, splitText } from './split'

const family = '👩‍👩‍👧‍👦'

describe('splitText', () => {
  it('leaves a text that fits as it is, and makes nothing of a blank one', () => {
    expect(splitText('short text', 10)).toEqual(['short text'])
    expect(splitText('  \n ', 10)).toEqual([])
  })

  it('cuts at the end of a line rather than of a word, and at a word rather than inside it', () => {
    expect(splitText('one two\nthree four', 12)).toEqual(['one two', 'three four'])
    expect(splitText('alpha beta gamma', 12)).toEqual(['alpha beta', 'gamma'])
  })

  it('cuts a long word, but never inside a character', () => {
    expect(splitText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
    const parts = splitText(family.repeat(3), 15)
    expect(parts).toEqual([family, family, family])
  })

  it('loses nothing but blanks at the cuts, and keeps to the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 40, max: 120 }), (text, limit) => {
        const parts = splitText(text, limit)
        expect(parts.every((part) => part.length <= limit && part.length > 0)).toBe(true)
        expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        expect(parts.every((part) => !/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(part))).toBe(true)
      })
    )
  })
})

describe('shorten', () => {
  it('marks what was cut off and keeps to the limit', () => {
    expect(shorten('abcdef', 6)).toBe('abcdef')
    expect(shorten('abcdefg', 6)).toBe('abcde…')
    expect(shorten(family.repeat(2), 12)).toBe(`${family}…`)
  })

  it('cuts no flag in a row of flags', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const shortened = shorten(before + '🇩🇪'.repeat(60), 128)
      expect(shortened.slice(before.length, -1)).toBe('🇩🇪'.repeat(Math.floor((127 - before.length) / 4)))
    }
  })
})
