import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Context, HandlerContext } from '../botpress'
import { inFunction } from './handle'

/** Stands for Botpress, in a process of its own: it goes on while this one is frozen. Closes what rests for 100 ms. */
const serverSource = `
const server = require('node:http').createServer((request, response) => {
  request.resume()
  const headers = { 'content-type': 'application/json', 'keep-alive': 'timeout=60' }
  response.writeHead(200, headers).end('{"event":{"id":"e"}}', () => setTimeout(() => request.socket.end(), 100))
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('disconnect', () => process.exit())
`
const directory = mkdtempSync(path.join(tmpdir(), 'server-'))
let server: ChildProcess

beforeAll(async () => {
  const file = path.join(directory, 'server.cjs')
  writeFileSync(file, serverSource)
  server = fork(file)
  const [port] = (await once(server, 'message')) as [number]
  vi.stubEnv('BP_API_URL', `http://127.0.0.1:${port}`)
  vi.stubEnv('BP_TOKEN', 'token')
})
afterAll(() => {
  vi.unstubAllEnvs()
  server.disconnect()
  rmSync(directory, { recursive: true })
})

/** Nothing runs in this process meanwhile, as in a function that is frozen between two requests. */
const freeze = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

describe('a function that was frozen', () => {
  it('makes no call over a connection that was closed meanwhile', async () => {
    const ctx = { botId: 'b', integrationId: 'i', integrationAlias: 'alias' } as Context
    // Not repeated where a connection breaks, so that a dead one fails it.
    const createEvent = ({ client }: HandlerContext) =>
      client.createEvent({ type: 'hitlStopped', payload: { conversationId: 'c' } })
    const props = { ctx } as HandlerContext
    for (let round = 0; round < 5; round++) {
      await inFunction(props, 5_000, createEvent)
      freeze(400)
      expect(await inFunction(props, 5_000, createEvent)).toMatchObject({ event: { id: 'e' } })
    }
  }, 30_000)
})
