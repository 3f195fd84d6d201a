import { z } from 'zod'
import type { HitlCustomer, HitlPlugin, Lost, UpstreamMessage } from '../botpress/hitl-plugin'
import { NOTICES } from '../botpress/hitl-plugin'
import type { Availability } from './availability'
import {
  answerTo,
  answerWhere,
  GREETING,
  LOOKING,
  offersIn,
  toEscalation,
  WELCOME_BACK,
  type BotAnswer,
  type Topic,
} from './bot'
import { toParts } from './parts'
import type { CustomerView, Line } from './view'

const NAMES = ['Jane Doe', 'Tom Baker', 'Mia Novak', 'Luis Ortega', 'Aiko Tanaka', 'Noor Haddad']

type Guest = {
  id: string
  name: string
  email: string
  customer: HitlCustomer
  topic?: Topic
  /** The bot asks whether somebody is there. */
  looking: boolean
  /** Was told that nobody is there. */
  isLeaving: boolean
  escalating: boolean
  failures: Failure[]
}

/** What neither the customer nor the bot learns of. @property after how many messages */
type Failure = { after: number; at: number; text: string }

export type Customers = {
  views: () => CustomerView[]
  /** Returns the new customer's id. */
  add: (name?: string) => string
  /** What becomes of the words is seen in the view. */
  say: (id: string, text: string) => void
  showPicture: (id: string, picture: { url: string; title: string }) => void
  /** For the plugin's `onUpstream`. */
  onUpstream: (id: string, message: UpstreamMessage) => void
}

export type CustomersOptions = {
  plugin: () => HitlPlugin
  /** What is known of a customer elsewhere. */
  tracesOf: (email: string) => string[]
  /** Whether somebody is there; undefined where the bot cannot ask. */
  availability: () => Promise<Availability | undefined>
  onChange: () => void
}

const answered = z.object({ message: z.string() })

/** Why the agent has not got a message of the customer's. */
const reasonOfLoss = ({ status, body }: Lost): string => {
  const { message } = answered.safeParse(body).data ?? {}
  return `The integration answered ${status}${message ? `: ${message}` : ''}`
}

/** Without its full stop, for the middle of a sentence. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')

/**
 * Sunco refuses an address that is none, whatever the name is made of. It is how the page knows a customer's tickets.
 */
const emailOf = (name: string, id: string): string => {
  const slug = name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join('.')
  return `${slug ?? id}@example.com`
}

/** The customers of one bot, who talk to the bot until the HITL plugin stands between them and an agent. */
export const createCustomers = ({ plugin, tracesOf, availability, onChange }: CustomersOptions): Customers => {
  const guests = new Map<string, Guest>()

  const find = (id: string): Guest => {
    const guest = guests.get(id)
    if (!guest) throw new Error('There is no such customer')
    return guest
  }
  const nameOf = (guest: Guest, { from, agentName }: UpstreamMessage): string =>
    ({ customer: guest.name, bot: 'Bot', agent: agentName ?? 'Agent', notice: 'Notice' })[from]

  const toLine = (guest: Guest, message: UpstreamMessage, index: number): Line => {
    const { from, at, type, payload } = message
    const lost = plugin().lost.find(({ said }) => said === message)
    return {
      ...{ id: `${guest.id}-${index}`, from, name: nameOf(guest, message), at },
      parts: toParts(type, payload),
      ...(lost && { undelivered: reasonOfLoss(lost) }),
    }
  }
  const toFailureLine = (guest: Guest, { at, text }: Failure, index: number): Line => ({
    ...{ id: `${guest.id}-failure-${index}`, from: 'failure', name: 'Sandbox', at },
    parts: [{ kind: 'text', text }],
  })
  const linesOf = (guest: Guest): Line[] => {
    const lines = guest.customer.messages.map((message, index) => toLine(guest, message, index))
    // From the last one on, so that no place moves before its turn.
    guest.failures
      .map((failure, index) => ({ after: failure.after, line: toFailureLine(guest, failure, index) }))
      .toReversed()
      .forEach(({ after, line }) => lines.splice(after, 0, line))
    return lines
  }
  const stateOf = ({ customer, escalating }: Guest): CustomerView['state'] => {
    if (escalating) return 'waiting'
    const session = customer.session()
    if (!session) return 'bot'
    return session.agentUserId === undefined ? 'waiting' : 'agent'
  }
  const view = (guest: Guest): CustomerView => {
    const { id, name, email, customer } = guest
    const state = stateOf(guest)
    const agentName = customer.messages.findLast(({ from }) => from === 'agent')?.agentName
    return {
      ...{ id, name, email, state },
      ...(state === 'agent' && { agentName }),
      offers: offersIn(customer.messages.at(-1)?.payload),
      traces: tracesOf(email),
      lines: linesOf(guest),
    }
  }

  const deliver = async (guest: Guest, message: Parameters<HitlCustomer['say']>[0]): Promise<void> => {
    await guest.customer.say(message)
    onChange()
  }
  const tellFailure = ({ failures, customer }: Guest, text: string): void =>
    void failures.push({ after: customer.messages.length, at: Date.now(), text })
  const escalate = async (guest: Guest): Promise<void> => {
    if (guest.escalating || guest.customer.isWithAgent()) return
    Object.assign(guest, { escalating: true, isLeaving: false })
    try {
      await guest.customer.escalate(toEscalation(guest.topic))
    } catch (error) {
      tellFailure(guest, `The handoff failed: ${reasonOf(error)}. The HITL card does not tell the customer.`)
    } finally {
      guest.escalating = false
      onChange()
    }
  }
  const end = async (guest: Guest): Promise<void> => {
    try {
      await guest.customer.end()
    } catch (error) {
      tellFailure(guest, `The session was not ended: ${reasonOf(error)}. The customer is with the bot again.`)
    } finally {
      onChange()
    }
  }
  const carryOut = (guest: Guest, { reply, topic, handOff }: BotAnswer): void => {
    if (topic) guest.topic = topic
    if (reply) guest.customer.botSays(reply)
    if (handOff === 'askFirst') void lookAndAnswer(guest)
    else if (handOff) void escalate(guest)
  }
  /** Before a person is promised. */
  const lookAndAnswer = async (guest: Guest): Promise<void> => {
    guest.looking = true
    const found = await availability()
    guest.looking = false
    guest.isLeaving = found?.status === 'unavailable'
    carryOut(guest, found ? answerWhere(found) : { handOff: 'anyway' })
    onChange()
  }

  return {
    views: () => [...guests.values()].map(view),
    add: (given) => {
      const number = guests.size + 1
      const name = given ?? NAMES[guests.size] ?? `Customer ${number}`
      const id = `customer-${number}`
      const wanted = emailOf(name, id)
      const email = [...guests.values()].some((guest) => guest.email === wanted) ? `${id}@example.com` : wanted
      const customer = plugin().customer({ id, name, email })
      guests.set(id, { id, name, email, customer, looking: false, isLeaving: false, escalating: false, failures: [] })
      customer.botSays(GREETING)
      return id
    },
    say: (id, text) => {
      const guest = find(id)
      const { customer } = guest
      if (customer.isWithAgent() && text.trim().toLowerCase() === '/end') return void end(guest)
      const withBot = stateOf(guest) === 'bot'
      void deliver(guest, text)
      if (guest.escalating) customer.botSays('One moment, I am fetching a person.')
      else if (guest.looking) customer.botSays(LOOKING)
      else if (withBot) carryOut(guest, answerTo(text, guest.isLeaving))
    },
    showPicture: (id, { url, title }) => {
      const guest = find(id)
      void deliver(guest, { type: 'image', payload: { imageUrl: url, title } })
    },
    onUpstream: (id, { from, payload }) => {
      const isBack = from === 'notice' && (payload.text === NOTICES.stopped || payload.text === NOTICES.ended)
      // After the notice, which is being shown just now.
      if (isBack) queueMicrotask(() => guests.get(id)?.customer.botSays(WELCOME_BACK))
      onChange()
    },
  }
}
