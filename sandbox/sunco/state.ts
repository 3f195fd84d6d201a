import { randomBytes } from 'node:crypto'
import type { SupportLink } from './support-link'
import type { Turned } from './turned'

export type Scalar = string | number | boolean
export type Metadata = Record<string, Scalar>
export type KeyScope = 'app' | 'integration'

export type Key = { keyId: string; keySecret: string; appId: string; scope: KeyScope; integrationId?: string }

export type Profile = Partial<Record<'givenName' | 'surname' | 'email' | 'avatarUrl' | 'locale', string | null>>

export type User = {
  id: string
  externalId?: string
  /** Id of the Support user; left out until it is linked to one. */
  zendeskId?: string
  authenticated: boolean
  signedUpAt?: string
  toBeRetained?: boolean
  profile: Profile
  metadata: Metadata
  identities: { type: string; value: string; verification?: string }[]
}

export type Author = {
  type: 'user' | 'business'
  subtypes?: string[]
  userId?: string
  displayName?: string
  avatarUrl?: string
}

export type Content = { type: string } & Record<string, unknown>

export type SuncoMessage = {
  id: string
  received: string
  author: Author
  activity?: { type: string }
  content: Content
  source: { type: string; integrationId?: string }
  metadata?: Metadata
}

export type Control = { activeId?: string; pendingId?: string }

export type Conversation = {
  id: string
  type: 'personal' | 'sdkGroup'
  /** Ids of users; exactly one in a personal conversation. */
  participants: string[]
  isDefault: boolean
  displayName?: string | null
  description?: string | null
  iconUrl?: string | null
  metadata: Metadata
  messages: SuncoMessage[]
  /** Switchboard integration in control; the id may outlive a deleted switchboard integration. */
  activeId?: string
  pendingId?: string
  /** What the two were before, oldest first. @property until milliseconds since the epoch */
  formerControl: (Control & { until: number })[]
  /** Metadata of the control action that gave control to Agent Workspace, kept until it opens a ticket. */
  openingMetadata?: Metadata
  createdAt: string
  lastUpdatedAt: string
}

export type Webhook = {
  id: string
  version: 'v2'
  target: string
  triggers: string[]
  secret: string
  includeFullUser: boolean
  includeFullSource: boolean
}

export type Integration = {
  id: string
  type: string
  status: 'active'
  displayName?: string | null
  webhooks: Webhook[]
}

export type Switchboard = { id: string; enabled: boolean; defaultSwitchboardIntegrationId?: string }

export type SwitchboardIntegration = {
  id: string
  switchboardId: string
  name: string
  integrationId: string
  integrationType: string
  deliverStandbyEvents: boolean
  nextSwitchboardIntegrationId?: string | null
  messageHistoryCount?: number | null
}

export type Attachment = {
  id: string
  name: string
  mediaUrl: string
  mediaType: string
  bytes: Uint8Array<ArrayBuffer>
  /** Left out: the file is app-scoped and may be posted in any conversation. */
  conversationId?: string
  /** Uploaded with `for=message`: deleted together with its message. */
  forMessage: boolean
  /** Uploaded while the app had private attachments on. */
  isPrivate?: boolean
}

/** What Agent Workspace made of a conversation. */
export type Ticket = {
  id: number
  createdAt: string
  conversationId: string
  requesterUserId: string
  status: 'open' | 'solved' | 'closed'
  /** Agents can write to the end user. */
  sessionActive: boolean
  /** The session was ended for good: a later one opens another ticket. */
  ended: boolean
  /** The raw `dataCapture.*` entries of `metadata`. */
  fields: Record<string, string>
  /** Metadata of the `passControl` that opened the ticket. */
  metadata: Metadata
  firstMessageId?: string
  /** Messages of the conversation copied in at opening. */
  transcript: SuncoMessage[]
  /** Messages posted since, while the session was active. */
  messages: SuncoMessage[]
}

export type SuncoEvent = { id: string; createdAt: string; type: string; payload: Record<string, unknown> }

/** One attempt to call one webhook. */
export type Delivery = {
  webhookId: string
  target: string
  /** From 1. */
  attempt: number
  /** 0 when no answer came. */
  status: number
  events: SuncoEvent[]
  /** Milliseconds since the epoch. */
  at: number
}

export type AppState = {
  appId: string
  subdomain?: string
  multiConvoEnabled: boolean
  privateAttachments: boolean
  messageLimit: number
  metadataPatch: 'merge' | 'replace'
  controlLagMs: number
  turned: ReadonlySet<Turned>
  /** Left out: the app belongs to no Support account that is played here. */
  support?: SupportLink
  users: Map<string, User>
  conversations: Map<string, Conversation>
  integrations: Map<string, Integration>
  switchboards: Map<string, Switchboard>
  switchboardIntegrations: Map<string, SwitchboardIntegration>
  attachments: Map<string, Attachment>
  tickets: Ticket[]
  /** Every event that happened, whether or not a webhook asked for it; without those that `emit` made up. */
  events: SuncoEvent[]
  deliveries: Delivery[]
}

/** How a user is shown in an event: truncated, or whole for webhooks with `includeFullUser`. */
export type UserView = (user: User) => Record<string, unknown>

export type Emission = {
  type: string
  payload: (viewUser: UserView) => Record<string, unknown>
  conversation?: Conversation
  /** Switchboard integrations that were active or pending before the change that is told. */
  formerly?: (string | undefined)[]
}

export type World = {
  url: string
  apps: Map<string, AppState>
  keys: Map<string, Key>
  emit: (app: AppState, emission: Emission) => void
}

const machine = randomBytes(5).toString('hex')
let counter = 0

/** 24 hexadecimal digits that ascend in the order of creation, so that ids serve as cursors. */
export const newId = (): string => {
  counter += 1
  const seconds = Math.floor(Date.now() / 1000)
  return seconds.toString(16).padStart(8, '0') + machine + counter.toString(16).padStart(6, '0')
}

export const newSecret = (): string => randomBytes(32).toString('base64url')

export const now = (): string => new Date().toISOString()
