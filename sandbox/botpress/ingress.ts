import { Hono, type Context } from 'hono'
import type { Env } from '../loopback'
import { ApiFailure } from './api/failure'
import { callIntegration, type IntegrationTarget } from './integration-call'

const BELONGS_TO_ONE_CONNECTION = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]
const STATUSES_WITHOUT_BODY = [204, 205, 304]

/** HTTP leaves the letters of a header's name open, and so does Botpress. */
const inLargeLetters = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))

/** The public webhook addresses: whatever comes in goes to the integration, and its answer goes out. */
export const ingressRoutes = (targetOf: (webhookId: string) => IntegrationTarget | undefined): Hono<Env> => {
  const pass = async (context: Context<Env>, webhookId: string): Promise<Response> => {
    const target = targetOf(webhookId)
    if (!target) throw new ApiFailure('ResourceNotFound', `Webhook "${webhookId}" not found`)
    const url = new URL(context.req.url)
    const body = await context.req.text()
    const answer = await callIntegration(target, 'webhook_received', {
      req: {
        method: context.req.method,
        path: url.pathname.slice(`/webhooks/${webhookId}`.length) || '/',
        query: url.search.slice(1),
        headers: inLargeLetters(context.req.header()),
        body: body === '' ? undefined : body,
      },
    })
    const headers = new Headers(answer.headers)
    for (const name of BELONGS_TO_ONE_CONNECTION) headers.delete(name)
    return new Response(STATUSES_WITHOUT_BODY.includes(answer.status) ? null : answer.text, {
      status: answer.status,
      headers,
    })
  }
  return new Hono<Env>()
    .all('/:webhookId', (context) => pass(context, context.req.param('webhookId')))
    .all('/:webhookId/*', (context) => pass(context, context.req.param('webhookId')))
}
