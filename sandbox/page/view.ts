import type { ChannelStatus } from '../support'
import type { OpeningHours } from './opening-hours'
import type { Setting } from './settings'
import type { SupportTrouble } from './troubles'

/** What the server tells the page. Everything in it is shown as text, so nothing in it may be secret. */
export type Action = { label: string; url?: string }

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'image' | 'audio' | 'video' | 'file'; url: string; title: string }
  | { kind: 'actions'; actions: Action[] }
  | { kind: 'card'; title: string; text?: string; imageUrl?: string; actions: Action[] }

export type Line = {
  id: string
  /**
   * `notice`: of the HITL plugin; `failure`: of the sandbox, about what neither the customer nor the bot learns of;
   * `note`: internal, on a ticket.
   */
  from: 'customer' | 'bot' | 'agent' | 'automated' | 'notice' | 'failure' | 'note'
  name: string
  /** Milliseconds since the epoch. */
  at: number
  parts: Part[]
  /** Why it did not reach the other side. */
  undelivered?: string
}

export type CustomerView = {
  id: string
  name: string
  email: string
  /** `waiting`: the handoff is under way, or no agent spoke yet. */
  state: 'bot' | 'waiting' | 'agent'
  agentName?: string
  /** What the bot would understand. */
  offers: readonly string[]
  /** Ids and addresses that tell the customer's calls on the wire from those of others. */
  traces: string[]
  lines: Line[]
}

export type TicketView = {
  id: number
  subject: string
  requester: { name: string; email?: string }
  status: 'open' | 'solved' | 'closed'
  /** Agents can write to the customer. */
  live: boolean
  priority?: string
  tags: string[]
  fields: { name: string; value: string }[]
  /** Of the Botpress conversation, as the bot reads them. */
  sessionTags: { name: string; value: string }[]
  /** Copied in when the ticket was opened. */
  transcript: Line[]
  lines: Line[]
  /** Internal ones, which the customer never sees. */
  notes: Line[]
}

/** Whether an agent takes messaging conversations. */
export type Presence = ChannelStatus

export type AgentView = { id: string; name: string; presence: Presence }

/** Switches of the integration's configuration. @property support the connection to Zendesk Support */
export type SettingsView = Record<Setting, boolean>

export type Troubles = {
  botpressDown: boolean
  suncoSlow: boolean
  duplicateDelivery: boolean
  support: SupportTrouble
  /** Posts of messages that will still be answered with 429. */
  refusals: number
  restarting: boolean
}

export type View = {
  /** Another one after each start of the sandbox. */
  run: string
  customers: CustomerView[]
  tickets: TicketView[]
  agents: AgentView[]
  troubles: Troubles
  functions: FunctionView[]
  settings: SettingsView
  openingHours: OpeningHours
}

export type Party = 'Botpress' | 'Integration' | 'Sunco' | 'Support' | 'Stranger'

/** A function of the pool beside a request. */
export type FunctionBadge = {
  id: string
  /** The request is the first one that it takes. */
  isNew?: boolean
  /** How long it had been frozen until it took the request. */
  frozenMs?: number
}

/** A function of the pool. @property took the call that it took last */
export type FunctionView = {
  id: string
  /** `cold`: it has taken no call yet. */
  state: 'starting' | 'cold' | 'busy' | 'idle' | 'frozen' | 'killed'
  calls: number
  took?: string
}

/** What became of a function, between the requests. */
export type FunctionMark = { id: string; at: number; functionId: string; mark: 'started' | 'died' }

export type WireItem = WireEntry | FunctionMark

/** Secrets are masked in it. */
export type WireEntry = {
  id: string
  /** From 1, in the order in which the requests came. */
  number: number
  at: number
  from: Party
  to: Party
  operation: string
  /** A webhook all of whose events came before. */
  isRepeated?: boolean
  /** The one that took the request, or that made it. */
  function?: FunctionBadge
  method: string
  path: string
  request: { headers: Record<string, string>; body: unknown }
  /** Left out while there is no answer; status 0 where there never was one. */
  answer?: { status: number; durationMs: number; fault?: string; headers: Record<string, string>; body: unknown }
}

export type FeedEvent =
  | { event: 'view'; data: View }
  | { event: 'wire'; data: WireItem }
  /** The whole wire, for a page that has just come. */
  | { event: 'wires'; data: WireItem[] }
