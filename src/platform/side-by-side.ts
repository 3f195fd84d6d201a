/**
 * Waits for all of several pieces of work, as `Promise.all` does, but also where one fails: nothing may go on after a
 * handler has answered, since the process is frozen then and would finish it minutes later or never. Rejects with the
 * first failure, by place.
 */
export const sideBySide = async <T extends readonly unknown[]>(work: {
  [K in keyof T]: Promise<T[K]> | T[K]
}): Promise<T> => {
  const outcomes = await Promise.allSettled(work)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return Promise.all(work) as Promise<unknown> as Promise<T>
}
