import { randomUUID } from 'node:crypto'
import type { Begun, Watcher } from '../loopback'
import { failureBody } from './api/failure'
import type { Store } from './store'

export type Operation = 'register' | 'unregister' | 'webhook_received' | 'message_created' | 'action_triggered' | 'ping'

export type IntegrationTarget = {
  store: Store
  configuration: Record<string, unknown>
  integration: CallableIntegration
  watcher?: Watcher
}

/** @property body what becomes JSON on the way */
export type IntegrationRequest = { headers: Record<string, string>; body: unknown }

/** @property function the id of the function that answered, where a pool runs the integration */
export type IntegrationAnswer = { status: number; headers: Headers; text: string; function?: string }

/** The pool's `call`, or the address of a single process. */
export type CallableIntegration = string | ((request: IntegrationRequest) => Promise<IntegrationAnswer>)

/** Calls the integration as the platform does. One that cannot be reached answers 502. */
export const callIntegration = async (
  { store, configuration, integration, watcher }: IntegrationTarget,
  operation: Operation,
  body: unknown
): Promise<IntegrationAnswer> => {
  const headers = {
    'content-type': 'application/json',
    'x-bp-operation': operation,
    'x-bot-id': store.botId,
    'x-bot-user-id': store.botUserId,
    'x-integration-id': store.integrationId,
    'x-integration-alias': store.alias,
    'x-webhook-id': store.webhookId,
    'x-bp-configuration': Buffer.from(JSON.stringify(configuration)).toString('base64'),
  }
  const begun: Begun = {
    ...{ id: randomUUID(), at: Date.now(), method: 'POST', path: '/', query: '' },
    ...{ requestHeaders: headers, requestBody: body },
  }
  watcher?.onBegin?.(begun)
  const request = { headers, body }
  const answer = await (typeof integration === 'string' ? post(integration, request) : integration(request))
  watcher?.onExchange?.({
    ...begun,
    durationMs: Date.now() - begun.at,
    status: answer.status,
    responseHeaders: Object.fromEntries(answer.headers),
    responseBody: answer.text,
    ...(answer.function !== undefined && { function: answer.function }),
  })
  return answer
}

/** What the platform answers to a webhook, or a message, that nobody takes. */
export const unreachable = (): IntegrationAnswer => {
  const text = JSON.stringify(failureBody(502, 'Internal', 'The integration could not be reached'))
  return { status: 502, headers: new Headers({ 'content-type': 'application/json' }), text }
}

const post = async (url: string, { headers, body }: IntegrationRequest): Promise<IntegrationAnswer> => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch {
    return unreachable()
  }
}
