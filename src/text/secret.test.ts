import { describe, expect, it } from 'vitest'
import { isSameSecret } from './secret'

describe('isSameSecret', () => {
  it.each([
    ['the same', 'secret', 'secret', true],
    ['another of the same length', 'secret', 'secreT', false],
    ['a longer one', 'secret', 'secrets', false],
    ['a shorter one', 'secret', 'secre', false],
    ['an empty one', 'secret', '', false],
    ['nothing against nothing', '', '', false],
    ['a very long one', 'secret', 'x'.repeat(1_000_000), false],
  ])('%s', (_, secret, candidate, same) => {
    expect(isSameSecret(secret, candidate)).toBe(same)
  })
})
