import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { haveArrived, openAtOtherSide } from '../../sandbox/connections'
import { startLoopback, type Env, type Exchange, type Loopback } from '../../sandbox/loopback'
import { seen } from '../../sandbox/world'
import { atEnd, have, inTurn, RESTS_MS, runPool, useClosers } from './running'

useClosers()

const SLOW_MS = 100

type Server = Loopback & { exchanges: Exchange[]; headersSeen: string[]; slowAnswer: () => Promise<void> }

const runServer = async (): Promise<Server> => {
  const exchanges: Exchange[] = []
  const headersSeen: string[] = []
  const routes = new Hono<Env>()
    .get('/quick', (context) => {
      headersSeen.push(context.req.header('x-own') ?? '')
      return context.json({})
    })
    .get('/slow', async (context) => {
      await sleep(SLOW_MS)
      return context.json({})
    })
  const onExchange = (exchange: Exchange): void => void exchanges.push(exchange)
  const server = await startLoopback(routes, { errorBody: () => ({}), onExchange })
  atEnd(server.close)
  const slowAnswer = async (): Promise<void> => {
    await seen('the slow answer', () => exchanges.some(({ path }) => path === '/slow'))
    // It is told just before it is sent.
    await sleep(20)
  }
  return { ...server, exchanges, headersSeen, slowAnswer }
}

describe('the connections of a function', () => {
  it('are closed while it is frozen, before it wakes up', async () => {
    const { url, connections } = await runServer()
    const pool = await runPool({ connections: [connections] })
    const answers = await inTurn(10, async () => {
      await sleep(RESTS_MS)
      return have(pool, { get: `${url}/quick` })
    })
    expect(answers.map(({ report }) => report?.got)).toEqual(Array(10).fill({ status: 200, reused: false }))
  })

  it('stay open where the server is not told', async () => {
    const { url } = await runServer()
    const pool = await runPool()
    const answers = await inTurn(3, () => have(pool, { get: `${url}/quick` }))
    expect(answers.map(({ report }) => report?.got?.reused)).toEqual([false, true, true])
  })

  it('stay open while the function works, whatever happens to others', async () => {
    const { url, connections, slowAnswer } = await runServer()
    const pool = await runPool({ size: 2, connections: [connections] })
    const working = have(pool, { fetch: `${url}/quick`, get: `${url}/quick`, wait: 200, leave: `${url}/slow` })
    await sleep(50)
    expect((await have(pool, { get: `${url}/quick` })).by).toBe('f2')
    expect((await working).by).toBe('f1')
    await slowAnswer()
    pool.hooks.choose = (idle) => idle.find(({ id }) => id === 'f1')
    const { report } = await have(pool, { wait: 20 })
    // It was on the connection that had been idle while the other function was frozen, and it was not cut off by the
    // freeze.
    expect(report?.late).toEqual([{ status: 200, reused: true }])
  })

  it('are closed when the last request on them is answered to a function that is frozen by then', async () => {
    const { url, connections, slowAnswer } = await runServer()
    const pool = await runPool({ connections: [connections] })
    await have(pool, { leave: `${url}/slow` })
    await slowAnswer()
    expect((await have(pool, { get: `${url}/quick` })).report).toMatchObject({
      late: [{ status: 200, reused: false }],
      got: { status: 200, reused: false },
    })
  })
})

describe('the end of a connection', () => {
  it.runIf(process.platform === 'linux')('is waited for until the other side has it', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    // It does not end its own side, as a function that is frozen.
    const other = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const [[socket]] = (await Promise.all([once(server, 'connection'), once(other, 'connect')])) as [[Socket], unknown]
    let hasArrived = false
    const arriving = haveArrived([openAtOtherSide(socket)]).then(() => (hasArrived = true))
    await sleep(60)
    expect(hasArrived).toBe(false)
    const began = Date.now()
    socket.destroy()
    await arriving
    expect(Date.now() - began).toBeLessThan(1_000)
    other.destroy()
    server.close()
  })
})

describe('a request of a function', () => {
  it('is known by the function, and otherwise as it was made', async () => {
    const { url, exchanges, headersSeen } = await runServer()
    const pool = await runPool({ size: 2 })
    await have(pool, { get: `${url}/quick`, fetch: `${url}/quick` })
    await have(pool, { fetch: `${url}/quick` })
    await fetch(`${url}/quick`)
    expect(exchanges.map((exchange) => exchange.function)).toEqual(['f1', 'f1', 'f2', undefined])
    expect(exchanges.flatMap(({ requestHeaders }) => Object.keys(requestHeaders))).not.toContain('x-sandbox-function')
    expect(headersSeen).toEqual(['', 'yes', 'yes', ''])
  })
})
