import { spawn } from 'node:child_process'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askForTicket } from '../../live-check/consent'
import type { SuncoApp } from '../../sandbox/sunco'
import { creations, envOf, expectNothingLeft, faults, newApp, show, shown, sunco, watch, useStage } from './stage'

useStage()

type Command = { ended: Promise<number | null>; interrupt: () => void; stopReading: () => void }

/** As someone at a terminal: npm and the check get the signal, both. */
const runInTerminal = (app: SuncoApp, args: string[] = []): Command => {
  const child = spawn('npm', ['run', '--silent', 'live-check', '--', ...args], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, ...envOf(app), SUNCO_API_URL: sunco.url },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdout.on('data', (text: Buffer) => show(text.toString()))
  child.stderr.on('data', (text: Buffer) => show(text.toString()))
  return {
    // Not `exit`: npm may end before the check, which goes on writing to the same pipe.
    ended: new Promise((resolve) => child.once('close', resolve)),
    interrupt: () => void process.kill(-child.pid!, 'SIGINT'),
    stopReading: () => void child.stdout.destroy(),
  }
}

describe('as a command', () => {
  it('opens no ticket where nobody can be asked', async () => {
    const app = newApp()
    expect(await runInTerminal(app).ended).toBe(0)
    expect(app.tickets).toEqual([])
    expect(shown()).toContain('passShown: holds')
    expectNothingLeft()
  })

  it('asks nobody where --yes is given', async () => {
    const app = newApp()
    expect(await runInTerminal(app, ['--yes']).ended).toBe(0)
    expect(app.tickets).toHaveLength(1)
    expectNothingLeft()
  })

  it.each([...creations, /POST .*\/attachments$/, /POST .*\/passControl$/])(
    'removes what it made when it is stopped at %s',
    async (request) => {
      const app = newApp()
      faults.next(request, { kind: 'delayAfter', ms: 300 })
      let wasStopped = false
      watch.onBegin = ({ method, path: at }) => {
        if (wasStopped || !request.test(`${method} ${at}`)) return
        wasStopped = true
        setTimeout(command.interrupt, 100)
      }
      const command = runInTerminal(app, ['--yes'])
      await command.ended
      expect(wasStopped).toBe(true)
      expect(shown()).toContain('Stopping')
      expect(shown()).toContain('All of it is removed.')
      expect(app.tickets).toEqual([])
      expectNothingLeft()
    }
  )

  it('removes what it made when nobody reads any more', async () => {
    const app = newApp()
    const command = runInTerminal(app)
    watch.onBegin = ({ path: at }) => void (at.endsWith('/passControl') && command.stopReading())
    await command.ended
    expect(shown()).toContain('a change of metadata keeps the other keys')
    expect(shown()).not.toContain('All of it is removed.')
    expectNothingLeft()
  })

  it('takes no other arguments', async () => {
    const app = newApp()
    expect(await runInTerminal(app, ['--no']).ended).toBe(1)
    expect(shown()).toContain('Usage: npm run live-check -- [--yes]')
  })
})

describe('the question', () => {
  const ask = async (typed: string | undefined, isTerminal = true): Promise<boolean> => {
    const input = new PassThrough()
    const answer = askForTicket({ input, output: new PassThrough(), isTerminal }, new AbortController().signal)
    if (typed !== undefined) input.end(typed)
    return answer
  }

  it.each(['y\n', 'Y\n', 'yes\n', ' yes \n'])('is answered with yes by %j', async (typed) => {
    expect(await ask(typed)).toBe(true)
  })

  it.each(['\n', 'n\n', 'yo\n', ''])('is answered with no by %j', async (typed) => {
    expect(await ask(typed)).toBe(false)
  })

  it('is answered with no where there is no terminal', async () => {
    expect(await ask('y\n', false)).toBe(false)
    expect(await ask(undefined, false)).toBe(false)
  })

  it('is answered with no by a stop', async () => {
    const stop = new AbortController()
    const answer = askForTicket({ input: new PassThrough(), output: new PassThrough(), isTerminal: true }, stop.signal)
    stop.abort()
    expect(await answer).toBe(false)
  })
})
