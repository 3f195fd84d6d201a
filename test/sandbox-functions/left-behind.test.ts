import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { seen } from '../../sandbox/world'
import { atEnd, isAlive, TINY_BUNDLE, useClosers } from './running'

useClosers()

/** Elsewhere than on Linux it is taken for granted. */
const isStopped = (pid: number): boolean =>
  process.platform !== 'linux' || /\) T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

type Runner = { runner: ChildProcess; pids: number[] }

const startRunner = async (options: { freeze: boolean }): Promise<Runner> => {
  const script = path.join(__dirname, 'runner.ts')
  const args = ['--import', 'tsx', script, TINY_BUNDLE, JSON.stringify(options)]
  const runner = spawn(process.execPath, args)
  atEnd(async () => runner.kill('SIGKILL'))
  const [said] = (await once(runner.stdout, 'data')) as unknown[]
  const pids = z.array(z.number()).parse(JSON.parse(String(said)))
  expect(pids).toHaveLength(2)
  return { runner, pids }
}

describe.skipIf(process.platform === 'win32')('functions whose runner has ended', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('have ended as well, though they were stopped: %s', async (signal) => {
    const { runner, pids } = await startRunner({ freeze: true })
    await seen('the stop of both', () => pids.every(isStopped))
    runner.kill(signal)
    await seen('the end of both', () => !pids.some(isAlive))
  })

  it('have ended where they were never stopped', async () => {
    const { runner, pids } = await startRunner({ freeze: false })
    runner.kill('SIGKILL')
    await seen('the end of both', () => !pids.some(isAlive))
  })
})
