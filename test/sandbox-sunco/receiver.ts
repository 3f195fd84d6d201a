import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SuncoEvent } from '../../sandbox/sunco'

export type Received = { apiKey: string | undefined; events: SuncoEvent[]; webhookVersion: string }

export type Receiver = {
  target: string
  received: Received[]
  heads: number
  /** Statuses of the next answers; 200 when there are none left. */
  answers: number[]
  /** Awaited before each answer. */
  hold?: Promise<void>
  types: () => string[]
  close: () => Promise<void>
}

/** A webhook target that notes what it was sent. */
export const startReceiver = async (): Promise<Receiver> => {
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') {
      receiver.heads += 1
      response.writeHead(200).end()
      return
    }
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    request.on('end', () => {
      const body = JSON.parse(text) as { webhook: { version: string }; events: SuncoEvent[] }
      const apiKey = request.headers['x-api-key']
      receiver.received.push({
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
        events: body.events,
        webhookVersion: body.webhook.version,
      })
      const status = receiver.answers.shift() ?? 200
      void Promise.resolve(receiver.hold).then(() => response.writeHead(status).end())
    })
  })
  const receiver: Receiver = {
    target: '',
    received: [],
    heads: 0,
    answers: [],
    types: () => receiver.received.flatMap(({ events }) => events.map(({ type }) => type)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return receiver
}
