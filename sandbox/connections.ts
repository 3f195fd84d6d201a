import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { startEcho } from './echo'
import type { FunctionConnections } from './functions'

/** How long an answer is waited for that is all sent and not ended yet, in milliseconds: very long, on a busy machine. */
const ANSWER_ENDS_MS = 5_000
/** The same for one that is not all sent, since the function may not have read it, in milliseconds. */
const ANSWER_SENT_MS = 200
/** The end of a connection is at the other side within this time, and after an echo, in milliseconds. */
const END_ARRIVES_MS = 10

/** A function of the pool marks its requests with its id by this header. */
export const FUNCTION_HEADER = 'x-sandbox-function'

/**
 * Knows which connections of a server belong to which function, and closes those that are idle while it is frozen: a
 * server does not keep an idle connection for as long as a function may be frozen.
 */
export const followConnections = (server: Server): FunctionConnections => {
  const owners = new Map<Socket, string>()
  const atWork = new Map<Socket, Set<ServerResponse>>()
  const frozen = new Set<string>()
  /** Functions with a connection whose end may still be on its way. */
  const ending = new Set<string>()
  const echo = startEcho()
  server.once('close', echo.close)

  const ownedBy = (functionId: string): Socket[] =>
    [...owners].flatMap(([socket, owner]) => (owner === functionId ? [socket] : []))
  const closeIdle = (functionId: string): void => {
    if (!frozen.has(functionId)) return
    for (const socket of ownedBy(functionId)) {
      if (atWork.get(socket)?.size || socket.destroyed) continue
      ending.add(functionId)
      socket.destroy()
    }
  }
  /**
   * Resolves when the answers that have begun are off, for the function may have read all of one that is still being ended here. One
   * that the function does not read, being frozen, is not waited for.
   */
  const areSent = async (functionId: string): Promise<void> => {
    const given = ownedBy(functionId)
      .flatMap((socket) => [...(atWork.get(socket) ?? [])])
      .filter((one) => one.headersSent && !one.closed)
    const end = (one: ServerResponse): Promise<unknown> => {
      const limit = one.socket?.writableLength ? ANSWER_SENT_MS : ANSWER_ENDS_MS
      return Promise.race([once(one, 'close'), sleep(limit, undefined, { ref: false })])
    }
    await Promise.all(given.map(end))
  }
  server.on('request', ({ socket, headers }, response) => {
    const functionId = headers[FUNCTION_HEADER]
    if (typeof functionId !== 'string') return
    if (!owners.has(socket)) {
      socket.once('close', () => {
        owners.delete(socket)
        atWork.delete(socket)
      })
    }
    owners.set(socket, functionId)
    const responses = atWork.get(socket) ?? new Set()
    atWork.set(socket, responses.add(response))
    response.once('close', () => {
      responses.delete(response)
      if (!owners.has(socket)) return
      // Whatever the function did not wait for is over by now, and nobody is there to use the connection.
      setImmediate(closeIdle, functionId)
    })
  })
  const close = async (functionId: string): Promise<void> => {
    // A request that the function sent before it was frozen may not have been read yet: its connection is not idle.
    await turn()
    await turn()
    await areSent(functionId)
    closeIdle(functionId)
  }
  return {
    freeze: async (functionId) => {
      frozen.add(functionId)
      await close(functionId)
      if (ending.has(functionId)) await sleep(END_ARRIVES_MS)
    },
    thaw: async (functionId) => {
      // Answered while it was frozen, and not closed yet.
      if (ownedBy(functionId).length > 0) await close(functionId)
      if (ending.delete(functionId)) await echo.pass()
      frozen.delete(functionId)
    },
  }
}
