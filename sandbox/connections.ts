import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { FunctionConnections } from './functions'

/**
 * How long an answer is waited for that is all sent and not ended yet, in milliseconds: very long, on a busy machine.
 */
const ANSWER_ENDS_MS = 5_000
/** The same for one that is not all sent, since the function may not have read it, in milliseconds. */
const ANSWER_SENT_MS = 200
/**
 * Most ends of connections are at the other side within this time, in milliseconds; who asks meanwhile is told the
 * same.
 */
const ARRIVES_MS = 10
/** Where one does not arrive at all, nobody waits longer, in milliseconds. */
const LONGEST_MS = 2_000
/**
 * After this time all have arrived, also on a busy machine, in milliseconds: most functions rest longer, and nobody has
 * to look.
 */
const SURELY_ARRIVED_MS = 500

/** A function of the pool marks its requests with its id by this header. */
export const FUNCTION_HEADER = 'x-sandbox-function'

const toHex = (port = 0): string => port.toString(16).toUpperCase().padStart(4, '0')

/** What the system's list of sockets says while the other side of a connection of this machine is open. */
export const openAtOtherSide = ({ localPort, remotePort }: Socket): string =>
  `0100007F:${toHex(remotePort)} 0100007F:${toHex(localPort)} 01`

let coming: Promise<string> | undefined

/**
 * The system's list of sockets as it is a moment after the call; empty where there is none. To read it takes
 * milliseconds of the processor: who asks at nearly the same time shares it.
 */
const listSockets = (): Promise<string> => {
  coming ??= sleep(ARRIVES_MS).then(() => {
    coming = undefined
    return readFile('/proc/net/tcp', 'utf8').catch(() => '')
  })
  return coming
}

/**
 * Resolves when the ends of connections have arrived: a function that wakes up before would see connections that look
 * alive. Where the system has no list of sockets, they count as arrived.
 */
export const haveArrived = async (ends: string[]): Promise<void> => {
  const until = Date.now() + LONGEST_MS
  while (Date.now() < until) {
    const list = await listSockets()
    if (!ends.some((end) => list.includes(end))) return
  }
}

/**
 * Knows which connections of a server belong to which function, and closes those that are idle while it is frozen: a
 * server does not keep an idle connection for as long as a function may be frozen.
 */
export const followConnections = (server: Server): FunctionConnections => {
  const owners = new Map<Socket, string>()
  const atWork = new Map<Socket, Set<ServerResponse>>()
  const frozen = new Set<string>()
  /** Connections of functions that were closed while they were frozen, and when that last happened. */
  const ending = new Map<string, { ends: string[]; at: number }>()

  const ownedBy = (functionId: string): Socket[] =>
    [...owners].flatMap(([socket, owner]) => (owner === functionId ? [socket] : []))
  const closeIdle = (functionId: string): void => {
    if (!frozen.has(functionId)) return
    for (const socket of ownedBy(functionId)) {
      if (atWork.get(socket)?.size || socket.destroyed) continue
      const { ends = [] } = ending.get(functionId) ?? {}
      ending.set(functionId, { ends: [...ends, openAtOtherSide(socket)], at: Date.now() })
      socket.destroy()
    }
  }
  /**
   * Resolves when the answers that have begun are off, for the function may have read all of one that is still being
   * ended here. One that the function does not read, being frozen, is not waited for.
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
  const arrive = async (functionId: string): Promise<void> => {
    const closed = ending.get(functionId)
    if (!closed) return
    ending.delete(functionId)
    if (Date.now() - closed.at < SURELY_ARRIVED_MS) await haveArrived(closed.ends)
  }
  return {
    freeze: async (functionId) => {
      frozen.add(functionId)
      await close(functionId)
    },
    thaw: async (functionId) => {
      do {
        // Answered while it was frozen, and not closed yet.
        if (ownedBy(functionId).length > 0) await close(functionId)
        await arrive(functionId)
        // Another one may have been answered and closed meanwhile.
      } while (ending.has(functionId))
      frozen.delete(functionId)
    },
  }
}
