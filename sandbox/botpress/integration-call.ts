import { failureBody } from './api/failure'
import type { Store } from './store'

export type Operation = 'register' | 'unregister' | 'webhook_received' | 'message_created' | 'action_triggered' | 'ping'

export type IntegrationTarget = { store: Store; configuration: Record<string, unknown>; url: string }

export type IntegrationAnswer = { status: number; headers: Headers; text: string }

/** Calls the integration's process as the platform does. One that cannot be reached answers 502. */
export const callIntegration = async (
  { store, configuration, url }: IntegrationTarget,
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
  try {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch {
    const text = JSON.stringify(failureBody(502, 'Internal', 'The integration could not be reached'))
    return { status: 502, headers: new Headers({ 'content-type': 'application/json' }), text }
  }
}
