import { z } from 'zod'
import { storeMessage } from './api/messages'
import type { Watcher } from '../loopback'
import { callIntegration, type CallableIntegration, type IntegrationTarget, type Operation } from './integration-call'
import {
  createStore,
  type BotpressEvent,
  type Message,
  type Payload,
  type Schedule,
  type Store,
  type StoreOptions,
} from './store'

export type InstallOptions = StoreOptions & {
  configuration: Record<string, unknown>
  integration: CallableIntegration
}

export type OperationResult = { status: number; body: unknown }

export type SentMessage = { message: Message; status: number; body: unknown }

type ReadableState = Pick<
  Store,
  'conversations' | 'users' | 'participants' | 'messages' | 'events' | 'states' | 'files'
>
type Identity = Pick<Store, 'botId' | 'botUserId' | 'integrationId' | 'webhookId' | 'alias'>

export type Installation = Readonly<Identity> &
  Readonly<ReadableState> & {
    /** The public address that the integration learns at registration. */
    readonly webhookUrl: string
    /** Read at each call; assign to reconfigure. */
    configuration: Record<string, unknown>
    /** How often the integration asked to be registered anew; the sandbox leaves it to a test to do so. */
    readonly schedule: Schedule | undefined
    register: () => Promise<OperationResult>
    unregister: () => Promise<OperationResult>
    ping: () => Promise<OperationResult>
    /** Resolves to the action's output. Throws `ActionFailed`. */
    callAction: (type: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>
    tryAction: (type: string, input: Record<string, unknown>) => Promise<OperationResult>
    /**
     * A message of the bot: stored as outgoing and then handed to the integration. Throws on an unknown conversation.
     */
    sendMessage: (message: { conversationId: string; type: string; payload: Payload }) => Promise<SentMessage>
    /** Incoming messages, in the moment the integration creates them. Returns the way to stop listening. */
    onMessage: (listener: (message: Message) => void) => () => void
    onEvent: (listener: (event: BotpressEvent) => void) => () => void
  }

/** An action answered with an error; the message is the one the integration gave. */
export class ActionFailed extends Error {
  public constructor(
    public readonly action: string,
    public readonly status: number,
    public readonly body: unknown
  ) {
    super(errorSchema.safeParse(body).data?.message ?? `Action ${action} was answered with status ${status}`)
    this.name = 'ActionFailed'
  }
}

const errorSchema = z.object({ message: z.string() })
const outputSchema = z.object({ output: z.record(z.string(), z.unknown()) })

const parseLoosely = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const subscribe = <T>(listeners: Set<T>, listener: T): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export type Installed = { installation: Installation; store: Store; target: () => IntegrationTarget }

export const createInstallation = (baseUrl: string, options: InstallOptions, watcher?: Watcher): Installed => {
  const store = createStore(options)
  const { botId, botUserId, integrationId, webhookId, alias } = store
  const { conversations, users, participants, messages, events, states, files } = store
  const webhookUrl = `${baseUrl}/webhooks/${webhookId}`

  const target = (): IntegrationTarget => {
    const { integration } = options
    return { store, configuration: installation.configuration, integration, watcher }
  }
  const call = async (operation: Operation, body: unknown): Promise<OperationResult> => {
    const { status, text } = await callIntegration(target(), operation, body)
    return { status, body: parseLoosely(text) }
  }
  const tryAction: Installation['tryAction'] = (type, input) => call('action_triggered', { type, input })

  const installation: Installation = {
    ...{ botId, botUserId, integrationId, webhookId, alias, webhookUrl, configuration: options.configuration },
    ...{ conversations, users, participants, messages, events, states, files },
    get schedule() {
      return store.schedule
    },
    register: () => call('register', { webhookUrl }),
    unregister: () => call('unregister', { webhookUrl }),
    ping: () => call('ping', {}),
    tryAction,
    callAction: async (type, input) => {
      const { status, body } = await tryAction(type, input)
      const answer = outputSchema.safeParse(body)
      if (status >= 300 || !answer.success) throw new ActionFailed(type, status, body)
      return answer.data.output
    },
    sendMessage: async ({ conversationId, type, payload }) => {
      const message = storeMessage(store, { conversationId, type, payload, userId: botUserId, tags: {} })
      const conversation = conversations.get(conversationId)
      const user = users.get(botUserId)
      return { message, ...(await call('message_created', { conversation, message, user, type, payload })) }
    },
    onMessage: (listener) => subscribe(store.messageListeners, listener),
    onEvent: (listener) => subscribe(store.eventListeners, listener),
  }
  return { installation, store, target }
}
