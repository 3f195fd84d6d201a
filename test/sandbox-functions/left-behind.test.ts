import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { seen } from '../../sandbox/world'
import { TINY_BUNDLE } from './running'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Elsewhere than on Linux it is taken for granted. */
const isStopped = (pid: number): boolean =>
  process.platform !== 'linux' || /\) T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

it.skipIf(process.platform === 'win32').each(['SIGKILL', 'SIGTERM'] as const)(
  'leaves no function behind that is stopped, when its runner ends by %s',
  async (signal) => {
    const runner = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'runner.ts'), TINY_BUNDLE])
    const [said] = (await once(runner.stdout, 'data')) as unknown[]
    const pids = z.array(z.number()).parse(JSON.parse(String(said)))
    expect(pids).toHaveLength(2)
    await seen('the stop of both', () => pids.every(isStopped))
    runner.kill(signal)
    await seen('the end of its functions', () => !pids.some(isAlive))
  }
)
