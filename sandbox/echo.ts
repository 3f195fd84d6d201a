import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type Echo = {
  /** Resolves when what was sent to this machine before has arrived, as far as can be told. */
  pass: () => Promise<void>
  close: () => void
}

/** Where the network is out of order nobody waits longer, in milliseconds. */
const LONGEST_MS = 2_000

/**
 * Sends a packet to itself. On a busy machine the system delivers packets late, but in the order in which a processor sent
 * them: when it is back, the end of a connection that was closed before it has arrived too.
 */
export const startEcho = (): Echo => {
  const socket = createSocket('udp4')
  // It keeps nobody from ending.
  socket.unref()
  socket.bind(0, '127.0.0.1')
  const isBound = once(socket, 'listening')
  return {
    pass: async () => {
      await isBound
      const isBack = once(socket, 'message', { signal: AbortSignal.timeout(LONGEST_MS) })
      socket.send('', socket.address().port, '127.0.0.1')
      await isBack.catch(() => undefined)
    },
    close: () => void socket.close(),
  }
}
