import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { FunctionConnections } from './functions'

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

  const closeIdle = (functionId: string): void => {
    if (!frozen.has(functionId)) return
    for (const [socket, owner] of owners) if (owner === functionId && !atWork.get(socket)?.size) socket.destroy()
  }
  /** Resolves when the answers that were given are off: until then, their connections count as being at work. */
  const areSent = async (functionId: string): Promise<void> => {
    const mine = [...owners].filter(([, owner]) => owner === functionId)
    const given = mine.flatMap(([socket]) => [...(atWork.get(socket) ?? [])]).filter((one) => one.writableEnded)
    await Promise.all(given.filter(({ closed }) => !closed).map((one) => once(one, 'close')))
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
  return {
    freeze: async (functionId) => {
      frozen.add(functionId)
      // A request that the function sent before it was frozen may not have been read yet: its connection is not idle.
      await turn()
      await turn()
      await areSent(functionId)
      closeIdle(functionId)
    },
    thaw: (functionId) => void frozen.delete(functionId),
  }
}
