import { expect, it } from 'vitest'
import { isHttpUrl } from './url'

it.each([
  ['https://x.example/a', true],
  ['http://x.example', true],
  ['ftp://x.example/a', false],
  ['javascript:alert(1)', false],
  ['/a/relative', false],
  ['', false],
])('%s', (value, expected) => {
  expect(isHttpUrl(value)).toBe(expected)
})
