import { expect, it } from 'vitest'
import { OutOfTime, reasonOf } from './failure'

it.each([
  ['time that was used up', new OutOfTime('of jane@example.com'), 'the time was used up by earlier calls'],
  ['another error, by its name alone', new TypeError('jane@example.com is not iterable'), 'TypeError'],
  ['what is no error at all', 'jane@example.com', 'unknown error'],
])('gives a reason without the text of the error: %s', (_, error, reason) => {
  expect(reasonOf(error)).toBe(reason)
})
