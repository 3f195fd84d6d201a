import { setTimeout as sleep } from 'node:timers/promises'

/**
 * By when work has to be done. Whoever makes calls is handed one, and hands on an earlier one to a step that may take
 * only a part of the time. It is an argument: bound to the running work by `AsyncLocalStorage`, it would make every
 * promise of the process slower on Node 20 and 22.
 */
export class Deadline {
  /** @param at milliseconds since 1970 */
  private constructor(private readonly at: number) {}

  public static in(ms: number): Deadline {
    return new Deadline(Date.now() + ms)
  }

  /** The earlier of this one and the end of the next `ms` milliseconds. */
  public within(ms: number): Deadline {
    return new Deadline(Math.min(this.at, Date.now() + ms))
  }

  /** Milliseconds that are left, at most `most`; 0 when the time is up. */
  public remainingMs(most = Infinity): number {
    return Math.max(0, Math.min(most, this.at - Date.now()))
  }

  /** Waits, but not longer than there is time. */
  public async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(this.remainingMs(ms))
  }
}
