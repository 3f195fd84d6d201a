import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Context, HandlerContext } from '../botpress'
import { runHandler } from './handle'

const directory = mkdtempSync(path.join(tmpdir(), 'server-'))
/** Is there once the connection was closed. */
const mark = path.join(directory, 'closed')

/**
 * Stands for Botpress, in a process of its own: it goes on while this one is frozen, and closes connections that rest.
 */
const serverSource = `
const server = require('node:http').createServer((request, response) => {
  request.resume()
  const headers = { 'content-type': 'application/json', 'keep-alive': 'timeout=60' }
  const close = () => request.socket.end(() => require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''))
  response.writeHead(200, headers).end('{"event":{"id":"e"}}', () => setTimeout(close, 100))
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('disconnect', () => process.exit())
`
let server: ChildProcess

beforeAll(async () => {
  const file = path.join(directory, 'server.cjs')
  writeFileSync(file, serverSource)
  server = fork(file)
  const [port] = (await once(server, 'message')) as [number]
  vi.stubEnv('BP_API_URL', `http://127.0.0.1:${port}`)
  vi.stubEnv('BP_TOKEN', 'token')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  // It may be about to write its mark.
  server.kill('SIGKILL')
  await once(server, 'exit')
  rmSync(directory, { recursive: true })
})

/**
 * Nothing runs in this process until the connection was closed, as in a function that is frozen between two requests.
 */
const freeze = (): void => {
  while (!existsSync(mark)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
}

describe('a function that was frozen', () => {
  it('makes no call over a connection that was closed meanwhile', async () => {
    const ctx = { botId: 'b', integrationId: 'i', integrationAlias: 'alias' } as Context
    // Not repeated where a connection breaks, so that a dead one fails it.
    const createEvent = ({ client }: HandlerContext) =>
      client.createEvent({ type: 'hitlStopped', payload: { conversationId: 'c' } })
    const props = { ctx } as HandlerContext
    await runHandler(props, 5_000, createEvent)
    freeze()
    expect(await runHandler(props, 5_000, createEvent)).toMatchObject({ event: { id: 'e' } })
  })
})
