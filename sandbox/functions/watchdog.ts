import { spawn } from 'node:child_process'

export type Watchdog = {
  /** Tells of all processes that must not outlive this one. */
  guard: (pids: number[]) => void
  /** To be called when they have ended. */
  close: () => void
}

/** It keeps the last line that it read, and acts when there are no more: when its input is closed. */
const SCRIPT = 'while read -r pids; do list=$pids; done; [ -n "$list" ] && kill -9 $list'

/**
 * A process that is stopped sees no end of its parent and would stay for ever. A process of its own, which learns of
 * the end of this one by the end of its input, kills it then, even where this one is killed without warning.
 */
export const startWatchdog = (): Watchdog => {
  // In a group of its own, so that Ctrl-C does not end it before those whom it watches.
  const watchdog = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  watchdog.on('error', () => undefined)
  watchdog.stdin.on('error', () => undefined)
  const guard = (pids: number[]): void => void watchdog.stdin.write(`${pids.join(' ')}\n`)
  return {
    guard,
    close: () => {
      guard([])
      watchdog.stdin.end()
    },
  }
}

/** For a pool that freezes nobody. */
export const noWatchdog: Watchdog = { guard: () => undefined, close: () => undefined }
