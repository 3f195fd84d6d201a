import { randomUUID } from 'node:crypto'

export type Tags = Record<string, string>
export type Payload = Record<string, unknown>

type Stamped = { id: string; createdAt: string; updatedAt: string }

export type Conversation = Stamped & { channel: string; integration: string; tags: Tags }

export type User = Stamped & { tags: Tags; name?: string; pictureUrl?: string; attributes?: Record<string, string> }

export type Message = Stamped & {
  type: string
  payload: Payload
  direction: 'incoming' | 'outgoing'
  userId: string
  conversationId: string
  tags: Tags
}

export type BotpressEvent = {
  id: string
  createdAt: string
  type: string
  payload: Payload
  conversationId?: string
  userId?: string
  messageId?: string
  status: 'processed'
  failureReason: null
}

export type State = Stamped & {
  botId: string
  conversationId?: string
  userId?: string
  name: string
  type: string
  payload: Payload
}

/** `expiry`: milliseconds without a read or a write after which the state is gone. */
export type StoredState = { state: State; expiry?: number; touchedAt: number }

export type FileRecord = Stamped & {
  botId: string
  key: string
  url: string
  size: number | null
  contentType: string
  tags: Tags
  metadata: Payload
  accessPolicies: string[]
  expiresAt?: string
  index: boolean
  status: 'upload_pending' | 'upload_completed'
  owner: { type: 'integration'; name: string; alias: string }
}

export type StoredFile = { file: FileRecord; declaredSize: number; taggedUpload: boolean; content?: ArrayBuffer }

/** The tag names an integration declares; a name outside the list is refused, a list left out allows every name. */
export type DeclaredTags = { conversation?: string[]; message?: string[]; user?: string[] }

/** How often `register` is to be called again. */
export const SCHEDULES = [
  ...(['hourly', 'daily', 'weekly', 'bi-weekly'] as const),
  ...(['monthly', 'bi-monthly', 'quarterly', 'yearly'] as const),
] as const
export type Schedule = (typeof SCHEDULES)[number]

/** What one installation of an integration in one bot can see. Records are replaced on change, never altered. */
export type Store = {
  botId: string
  botUserId: string
  integrationId: string
  webhookId: string
  alias: string
  declaredTags: DeclaredTags
  conversations: Map<string, Conversation>
  /** The bot's own user is among them. */
  users: Map<string, User>
  /** User ids by conversation id. */
  participants: Map<string, Set<string>>
  messages: Map<string, Message>
  events: Map<string, BotpressEvent>
  /** Keyed `<type>/<id>/<name>`. */
  states: Map<string, StoredState>
  /** What get-or-set last read or wrote, keyed likewise. @property at milliseconds since the epoch */
  stateCache: Map<string, { state: State; at: number }>
  schedule?: Schedule
  files: Map<string, StoredFile>
  messageListeners: Set<(message: Message) => void>
  eventListeners: Set<(event: BotpressEvent) => void>
}

let counter = 0

/** Ids ascend in the order of creation, as Botpress' do (ULIDs), and cannot be guessed. */
export const newId = (prefix: string): string => {
  counter += 1
  const time = Date.now().toString(32).padStart(10, '0')
  const order = counter.toString(32).padStart(6, '0')
  return `${prefix}_${`${time}${order}${randomUUID().replaceAll('-', '').slice(0, 10)}`.toUpperCase()}`
}

export const now = (): string => new Date().toISOString()

export const stamp = (prefix: string): Stamped => {
  const at = now()
  return { id: newId(prefix), createdAt: at, updatedAt: at }
}

export type StoreOptions = {
  webhookId?: string
  integrationId?: string
  /** The integration's name as installed. */
  alias?: string
  tags?: DeclaredTags
}

export const createStore = (options: StoreOptions): Store => {
  const botUser: User = { ...stamp('user'), tags: {}, name: 'Bot' }
  return {
    botId: randomUUID(),
    botUserId: botUser.id,
    integrationId: options.integrationId ?? `intver_${randomUUID()}`,
    webhookId: options.webhookId ?? randomUUID(),
    alias: options.alias ?? 'integration',
    declaredTags: options.tags ?? {},
    conversations: new Map(),
    users: new Map([[botUser.id, botUser]]),
    participants: new Map(),
    messages: new Map(),
    events: new Map(),
    states: new Map(),
    stateCache: new Map(),
    files: new Map(),
    messageListeners: new Set(),
    eventListeners: new Set(),
  }
}
