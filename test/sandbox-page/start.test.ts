import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seen } from '../../sandbox/world'

const root = path.resolve(__dirname, '../..')
const running: ChildProcess[] = []

const start = (env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/start.ts'], {
    cwd: root,
    env: { ...process.env, PORT: undefined, ...env },
  })
  running.push(child)
  const output = { out: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()))
  return { child, output, exit: once(child, 'exit') }
}

/** Ids of the processes that a process has started and that are alive. */
const childrenOf = async (pid: number): Promise<number[]> => {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
      return { id, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }
    })
  )
  return parents.filter(({ parent }) => parent === pid).map(({ id }) => id)
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

describe('the start of the sandbox', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints the address, serves the page, and leaves no process behind at %s',
    async (signal) => {
      const { child, output, exit } = start()
      const address = await seen('the address', () => /Open (http:\/\/127\.0\.0\.1:\d+)/.exec(output.out)?.[1], 30_000)
      const page = await fetch(address)
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//)
      const children = await childrenOf(child.pid ?? 0)
      expect(children.length).toBeGreaterThan(0)
      // A page that is open does not keep it alive.
      const events = await fetch(`${address}/events`)
      child.kill(signal)
      const [code] = (await exit) as unknown[]
      expect(code).toBe(0)
      expect(output.error).toBe('')
      await events.text().catch(() => undefined)
      await seen('the end of its children', () => !children.some(isAlive))
    },
    60_000
  )

  it('says in one line that the port is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as AddressInfo
    const { output, exit } = start({ PORT: String(port) })
    const [code] = (await exit) as unknown[]
    squatter.close()
    expect(code).toBe(1)
    expect(output.error).toBe(
      `The sandbox did not start: port ${port} is in use; set PORT to another one, or leave it out\n`
    )
  }, 60_000)

  it('says in one line that the port is none', async () => {
    const { output, exit } = start({ PORT: 'eighty' })
    const [code] = (await exit) as unknown[]
    expect(code).toBe(1)
    expect(output.error).toBe('The sandbox did not start: PORT is no port: eighty\n')
  }, 60_000)
})
