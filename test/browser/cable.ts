import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Cable = { port: number; cut: () => Promise<void>; mend: () => Promise<void> }

/** A way to a port of this computer that can be cut, with all connections that go through it. */
export const layCable = async (target: number): Promise<Cable> => {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((incoming) => {
    const outgoing = keep(connect(target, '127.0.0.1'))
    keep(incoming).pipe(outgoing).pipe(incoming)
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    cut: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    mend: () => listen(port),
  }
}
