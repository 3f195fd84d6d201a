/**
 * Waits for all of several pieces of work, as `Promise.all` does, but also where one fails: nothing may go on after a
 * handler has answered, since the process is frozen then and would finish it minutes later or never. Rejects with the
 * first failure, by place.
 */
export const sideBySide = async <T extends readonly unknown[] | []>(
  work: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}
