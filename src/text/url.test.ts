import { expect, it } from 'vitest'
import { isHttpUrl, toHttpUrl } from './url'

it.each([
  ['https://x.example/a', 'https://x.example/a'],
  ['https://x.example/a?signature=a%2Bb', 'https://x.example/a?signature=a%2Bb'],
  ['http://x.example', 'http://x.example/'],
  ['https://x.example/a füll name.png', 'https://x.example/a%20f%C3%BCll%20name.png'],
  ['ftp://x.example/a', undefined],
  ['javascript:alert(1)', undefined],
  ['/a/relative', undefined],
  ['', undefined],
])('%s', (value, expected) => {
  expect(toHttpUrl(value)).toBe(expected)
  expect(isHttpUrl(value)).toBe(expected !== undefined)
})
