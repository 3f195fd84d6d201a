import type { Server } from 'node:http'
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
  const atWork = new Map<Socket, number>()
  const frozen = new Set<string>()

  const closeIdle = (functionId: string): void => {
    if (!frozen.has(functionId)) return
    for (const [socket, owner] of owners) if (owner === functionId && !atWork.get(socket)) socket.destroy()
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
    atWork.set(socket, (atWork.get(socket) ?? 0) + 1)
    response.once('close', () => {
      if (!owners.has(socket)) return
      atWork.set(socket, (atWork.get(socket) ?? 1) - 1)
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
      closeIdle(functionId)
    },
    thaw: (functionId) => void frozen.delete(functionId),
  }
}
