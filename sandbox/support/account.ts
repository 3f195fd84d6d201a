import { randomBytes } from 'node:crypto'
import type { SuncoApp, SupportLink } from '../sunco'
import { messagingTicket, toTags } from './messaging-tickets'
import { asTime, newNumber, type AccountState, type Agent, type SupportTicket, type TicketStatus } from './state'
import type { World } from './state'
import type { SupportTurned } from './turned'

type Settings = Pick<
  AccountState,
  | 'clientId'
  | 'clientSecret'
  | 'subdomain'
  | 'role'
  | 'kind'
  | 'allowedScopes'
  | 'tokenLifetimeSeconds'
  | 'pageCap'
  | 'missedReads'
  | 'zendeskId'
  | 'routing'
>

export type AccountOptions = Partial<Settings> & { turned?: readonly SupportTurned[] }

/** A ticket that no conversation of the linked app led to. */
export type OtherTicket = {
  requesterId: number
  /** Left out: lower than that of any messaging ticket, as of one that is older. */
  id?: number
  tags?: string[]
  subject?: string
  status?: TicketStatus
}

/** A Zendesk Support account with one OAuth client. What it holds is live: a test plays the admin by changing it. */
export type SupportAccount = AccountState & {
  /** From now on, and for the tickets that it has, the app belongs to this account. An account has one app. */
  link: (app: SuncoApp) => void
  /** Adds the agent, or replaces the one of that id. */
  setAgent: (agent: Agent) => void
  removeAgent: (id: number) => void
  /** All tickets, those with lower ids first. */
  tickets: () => SupportTicket[]
  /** Throws where there is none. */
  ticket: (id: number) => SupportTicket
  addTicket: (ticket: OtherTicket) => SupportTicket
  deleteTicket: (id: number) => void
  /** Id of the Support user that belongs to a messaging user of the linked app. */
  userIdOf: (suncoUserId: string) => number
  /** Tokens given out so far are refused after that many further calls. Left out: at once. */
  expireTokens: (afterCalls?: number) => void
}

export const createAccount = (world: World, options: AccountOptions = {}): SupportAccount => {
  const { turned, ...settings } = options
  const number = newNumber()
  const state: AccountState = {
    clientId: `client_${number}`,
    clientNumber: number,
    clientSecret: randomBytes(32).toString('hex'),
    subdomain: 'sandbox',
    userId: newNumber(),
    role: 'admin',
    kind: 'confidential',
    pageCap: 100,
    missedReads: 0,
    zendeskId: 'atTicket',
    ...settings,
    turned: new Set(turned),
    agents: new Map(),
    schedules: [],
    ticketsById: new Map(),
    requesters: new Set(),
    tokens: [],
  }
  if (world.accounts.some(({ clientId }) => clientId === state.clientId))
    throw new Error(`client ${state.clientId} exists already`)

  const userIds = new Map<string, number>()
  let linked: SuncoApp | undefined
  const userIdOf = (suncoUserId: string): number => {
    const id = userIds.get(suncoUserId) ?? newNumber()
    userIds.set(suncoUserId, id)
    state.requesters.add(id)
    return id
  }

  // One object for the API and for tests, so that what a test sets is what the API serves.
  const account: SupportAccount = Object.assign(state, {
    userIdOf,
    link: (app: SuncoApp) => {
      if (linked) throw new Error('the account has an app already')
      linked = app
      const opened: SupportLink['opened'] = (ticket) =>
        void state.ticketsById.set(ticket.id, messagingTicket(state, app, ticket))
      app.support = {
        get zendeskId() {
          return state.zendeskId
        },
        userIdOf,
        opened,
      }
      app.tickets.forEach(opened)
    },
    setAgent: (agent: Agent) => void state.agents.set(agent.id, agent),
    removeAgent: (id: number) => void state.agents.delete(id),
    tickets: () => [...state.ticketsById.values()].toSorted((a, b) => a.id - b.id),
    ticket: (id: number) => {
      const ticket = state.ticketsById.get(id)
      if (!ticket) throw new Error(`no ticket ${id}`)
      return ticket
    },
    addTicket: ({ requesterId, id, tags = [], subject = 'Another question', status = 'open' }: OtherTicket) => {
      const lower = [...state.ticketsById.keys()].filter((known) => known < 1000).length + 1
      const ticketId = id ?? lower
      if (state.ticketsById.has(ticketId)) throw new Error(`ticket ${ticketId} exists already`)
      const time = asTime(Date.now())
      const ticket: SupportTicket = {
        ...{ id: ticketId, requesterId, subject, status, tags: toTags(tags), fromMessaging: false },
        ...{ createdAt: time, updatedAt: time, customFields: [], comments: [], puts: [], missedReads: 0 },
      }
      state.requesters.add(requesterId)
      state.ticketsById.set(ticketId, ticket)
      return ticket
    },
    deleteTicket: (id: number) => void state.ticketsById.delete(id),
    expireTokens: (afterCalls = 0) => {
      for (const token of state.tokens) token.callsLeft = Math.min(token.callsLeft, afterCalls)
    },
  })
  world.accounts.push(account)
  return account
}
