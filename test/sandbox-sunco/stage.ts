import { afterEach, beforeEach } from 'vitest'
import {
  startSunco,
  type AppOptions,
  type DeliveryFault,
  type Sunco,
  type SuncoApp,
  type SuncoOptions,
} from '../../sandbox/sunco'
import { startReceiver, type Receiver } from './receiver'

export type Answer = {
  status: number
  body: {
    errors?: { code: string; title: string }[]
    app?: unknown
    user?: { id: string; profile: object }
    conversation?: { id: string; isDefault: boolean; activeSwitchboardIntegration?: { name: string } }
    messages?: { id: string; content: Record<string, unknown>; author: object; source: object }[]
    attachment?: { mediaUrl: string; mediaType: string }
    integration?: { id: string; webhooks: { id: string; secret: string }[] }
    integrations?: { id: string; displayName: string }[]
    switchboards?: { id: string }[]
    switchboardIntegration?: { id: string; deliverStandbyEvents: boolean }
    meta?: { hasMore: boolean; afterCursor?: string; beforeCursor?: string }
  }
}

export const TRIGGERS = [
  'conversation:message',
  'conversation:remove',
  ...[
    'passControl',
    'passControl:failure',
    'offerControl',
    'offerControl:failure',
    'acceptControl',
    'releaseControl',
  ].map((action) => `switchboard:${action}`),
]

type Stage = { sunco: Sunco; app: SuncoApp; receiver: Receiver; deliveryFault?: DeliveryFault }

const raise = async (options: SuncoOptions = {}): Promise<Stage> => {
  const sunco = await startSunco({
    delivery: { firstDelayMs: 5 },
    deliveryFault: (delivery) => stage.deliveryFault?.(delivery),
    ...options,
  })
  return { sunco, app: sunco.createApp(), receiver: await startReceiver() }
}

/** A fresh server, app and webhook target for each test of a file that calls {@link useStage}. */
export let stage: Stage

const lower = async ({ sunco, receiver }: Stage): Promise<void> => {
  await sunco.close()
  await receiver.close()
}

/** To be called once in a file of tests. */
export const useStage = (): void => {
  beforeEach(async () => {
    stage = await raise()
  })
  afterEach(() => lower(stage))
}

/** Another server, app and target for the rest of the test. */
export const raiseAnew = async (options: SuncoOptions): Promise<void> => {
  await lower(stage)
  stage = await raise(options)
}

export const basic = (key: { keyId: string; keySecret: string }): string =>
  `Basic ${Buffer.from(`${key.keyId}:${key.keySecret}`).toString('base64')}`

export const call = async (
  method: string,
  path: string,
  body?: unknown,
  authorization = basic(stage.app)
): Promise<Answer> => {
  const answer = await fetch(`${stage.sunco.url}/v2/apps/${stage.app.appId}${path}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

export const newUser = async (body: object = {}): Promise<string> =>
  (await call('POST', '/users', body)).body.user?.id ?? ''

export const newConversation = async (userId: string, metadata = {}): Promise<string> =>
  (await call('POST', '/conversations', { type: 'personal', participants: [{ userId }], metadata })).body.conversation
    ?.id ?? ''

export const post = (conversationId: string, text: string, author: object = { type: 'business' }): Promise<Answer> =>
  call('POST', `/conversations/${conversationId}/messages`, { author, content: { type: 'text', text } })

export const control = (conversationId: string, action: string, body: object = {}): Promise<Answer> =>
  call('POST', `/conversations/${conversationId}/${action}`, body)

export const addBot = async ({ onSwitchboard = true } = {}): Promise<{ id: string; secret: string; seat: string }> => {
  const { body } = await call('POST', '/integrations', {
    type: 'custom',
    displayName: 'Bot',
    webhooks: [{ target: stage.receiver.target, triggers: TRIGGERS }],
  })
  const { id = '', webhooks = [] } = body.integration ?? {}
  if (!onSwitchboard) return { id, secret: webhooks[0]?.secret ?? '', seat: '' }
  const switchboard = (await call('GET', '/switchboards')).body.switchboards?.[0]?.id
  const seat = await call('POST', `/switchboards/${switchboard}/switchboardIntegrations`, {
    name: 'bot',
    integrationId: id,
    deliverStandbyEvents: false,
  })
  return { id, secret: webhooks[0]?.secret ?? '', seat: seat.body.switchboardIntegration?.id ?? '' }
}

/** Deliveries do not wait for each other: one that is to come before others has to be over. */
export const delivered = async <T>(act: Promise<T>): Promise<T> => {
  const result = await act
  await stage.sunco.settled()
  return result
}

/** As a bridge does it: control to itself, a message, control to the agents, an offer back to itself. */
export const handOver = async (metadata: object = {}): Promise<string> => {
  const conversation = await newConversation(await newUser(), { owner: 'bridge' })
  await delivered(control(conversation, 'passControl', { switchboardIntegration: 'bot' }))
  await delivered(post(conversation, 'Please help'))
  await delivered(control(conversation, 'passControl', { switchboardIntegration: 'zd:agentWorkspace', metadata }))
  await delivered(control(conversation, 'offerControl', { switchboardIntegration: 'bot' }))
  return conversation
}

export const useApp = (options: AppOptions): void => {
  stage.app = stage.sunco.createApp(options)
}
