import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sideBySide } from './side-by-side'

it('waits for what still runs when something fails, and rejects with the first failure by place', async () => {
  const finished: string[] = []
  const work = async (name: string, ms: number, fails = false): Promise<string> => {
    await sleep(ms)
    finished.push(name)
    if (fails) throw new Error(name)
    return name
  }
  await expect(sideBySide([work('slow', 60), work('second', 20, true), work('third', 5, true)])).rejects.toThrow(
    'second'
  )
  expect(finished).toEqual(['third', 'second', 'slow'])
  expect(await sideBySide([work('a', 5), undefined, 7])).toEqual(['a', undefined, 7])
})
