import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'

/** The process ended before it answered. */
export class FunctionDied extends Error {}

export type Channel = {
  /** Resolves when the process can be asked. Rejects with {@link FunctionDied}. */
  ready: Promise<void>
  /** Asks the process, and resolves to what it answers. Rejects with {@link FunctionDied}. */
  ask: <T>(question: object, answer: z.ZodType<T>) => Promise<T>
}

type Pending = { hear: (answer: unknown) => void; fail: (error: Error) => void }

const incoming = z.union([
  z.object({ isReady: z.literal(true) }),
  z.object({ number: z.number(), answer: z.unknown() }),
])

export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** Questions to a process over its IPC channel. They wait in it while the process is stopped. */
export const openChannel = (child: ChildProcess): Channel => {
  const pending = new Map<number, Pending>()
  let count = 0

  const ready = new Promise<void>((resolve, reject) => {
    const end = (): void => {
      const died = new FunctionDied('The process has ended')
      reject(died)
      for (const { fail } of pending.values()) fail(died)
      pending.clear()
    }
    child.once('exit', end)
    child.once('error', end)
    child.on('message', (raw) => {
      const message = incoming.safeParse(raw).data
      if (!message) return
      if ('isReady' in message) return resolve()
      pending.get(message.number)?.hear(message.answer)
      pending.delete(message.number)
    })
  })
  // Whoever wants to know awaits it; that a process is killed while it starts is no fault.
  ready.catch(() => undefined)

  return {
    ready,
    ask: (question, answer) =>
      new Promise((resolve, fail) => {
        if (hasEnded(child)) return fail(new FunctionDied('The process has ended'))
        const hear = (raw: unknown): void => {
          const { data, error } = answer.safeParse(raw)
          if (data === undefined) fail(error ?? new Error('The process gave no answer'))
          else resolve(data)
        }
        count += 1
        pending.set(count, { hear, fail })
        // Where it cannot be sent, the process is about to end, which is told above.
        child.send({ number: count, ...question }, () => undefined)
      }),
  }
}
