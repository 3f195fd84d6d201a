/** Last task of each key; gone when it is done. */
const tails = new Map<string, Promise<unknown>>()

/** Runs tasks of the same key one after the other, in the order of the calls; different keys run side by side. */
export const inOrder = <T>(key: string, task: () => Promise<T>): Promise<T> => {
  const previous = tails.get(key) ?? Promise.resolve()
  const run = previous.then(task, task)
  const tail = run.catch(() => undefined)
  tails.set(key, tail)
  void tail.then(() => {
    if (tails.get(key) === tail) tails.delete(key)
  })
  return run
}
