import type { HttpBindings } from '@hono/node-server'
import type { SupportLink } from '../sunco'
import type { SupportTurned } from './turned'

export type ChannelStatus = 'online' | 'away' | 'offline' | 'transfers_only'

export type Agent = {
  id: number
  name?: string
  groupIds: number[]
  messaging: ChannelStatus
  /** Status of the channel `support`, which is e-mail and the like. Left out: online. */
  support?: ChannelStatus
  /** Messaging conversations that the agent has now. Left out: none. */
  workItems?: number
  /** Of messaging. Left out: without omnichannel routing, so that neither capacity nor unified status is shown. */
  maxCapacity?: number
}

export type Schedule = {
  id: number
  name: string
  /** As Rails names zones: `Eastern Time (US & Canada)`. */
  timeZone: string
  /** Minutes since Sunday 00:00 in that zone. */
  intervals: { start: number; end: number }[]
  /** Dates are YYYY-MM-DD. */
  holidays: { id: number; name: string; startDate: string; endDate: string }[]
}

export type TicketStatus = 'new' | 'open' | 'pending' | 'hold' | 'solved' | 'closed'

export type Comment = { body: string; public: boolean; authorId: number }

/** An update that was asked for. @property at milliseconds since the epoch */
export type Put = { at: number; path: string; body: unknown }

export type SupportTicket = {
  readonly id: number
  readonly requesterId: number
  readonly createdAt: string
  /** Made from a messaging conversation. */
  readonly fromMessaging: boolean
  updatedAt: string
  subject: string
  /** Of a messaging ticket: the status of the same ticket in Agent Workspace, both ways. */
  status: TicketStatus
  tags: string[]
  assigneeId?: number
  groupId?: number
  externalId?: string
  customFields: { id: number; value: unknown }[]
  /** What was added by API; messages of the conversation are none. */
  comments: Comment[]
  /** Updates in the order in which they came, refused ones too; those beyond the limit are not counted. */
  puts: Put[]
  /** Reads of its requester's list that have yet to miss it. */
  missedReads: number
}

export type Token = {
  id: number
  accessToken: string
  scopes: string[]
  /** Milliseconds since the epoch. */
  createdAt: number
  expiresAt: number
  usedAt?: number
  /** Calls until it is refused; a revoked one has none. */
  callsLeft: number
}

/** All of it may be changed at any time. */
export type AccountState = {
  readonly clientId: string
  /** The client's own id, which is not its `clientId`. */
  readonly clientNumber: number
  clientSecret: string
  subdomain: string
  /** The user that the client belongs to: every token acts as that user. */
  readonly userId: number
  role: 'admin' | 'agent'
  /** Only a confidential client gets tokens. */
  kind: 'confidential' | 'public'
  /** What the client may ask for. Left out: any scope, unknown ones too, which open nothing. */
  allowedScopes?: string[]
  /** Lifetime of new tokens whatever is asked for. Left out: as asked for. */
  tokenLifetimeSeconds?: number
  /** Availabilities on a page at most, whatever is asked for. */
  pageCap: number
  /** How many reads of the requester's list miss a messaging ticket that is opened from now on. */
  missedReads: number
  /** When users of the linked app get their `zendeskId`. */
  zendeskId: SupportLink['zendeskId']
  /** Whether omnichannel routing is shown as on. Left out: if an agent has a capacity. */
  routing?: boolean
  turned: Set<SupportTurned>
  agents: Map<number, Agent>
  schedules: Schedule[]
  ticketsById: Map<number, SupportTicket>
  /** Ids of the Support users that ever were the requester of a ticket, or were linked to a messaging user. */
  requesters: Set<number>
  /** All tokens that were ever given out, the newest last. */
  tokens: Token[]
}

export type World = {
  url: string
  accounts: AccountState[]
  /** What the integration must never do, as it was done. */
  misuse: string[]
}

export type SupportEnv = { Bindings: HttpBindings; Variables: { account: AccountState; token: Token } }

let counter = 20_000

/** Ids of users, tokens, audits and the like; never given twice. */
export const newNumber = (): number => ++counter

/** Zendesk's times have no fractions of a second. */
export const asTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
