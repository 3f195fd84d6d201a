import type { HitlCustomer, HitlPlugin, UpstreamMessage } from '../botpress/hitl-plugin'
import { NOTICES } from '../botpress/hitl-plugin'
import { answerTo, GREETING, toEscalation, WELCOME_BACK, type Topic } from './bot'
import { toParts } from './parts'
import type { CustomerView, Line } from './view'

const NAMES = ['Jane Doe', 'Tom Baker', 'Mia Novak', 'Luis Ortega', 'Aiko Tanaka', 'Noor Haddad']

type Guest = {
  id: string
  name: string
  email: string
  customer: HitlCustomer
  topic?: Topic
  escalating: boolean
}

export type Customers = {
  views: () => CustomerView[]
  /** Returns the new customer's id. */
  add: (name?: string) => string
  /** Resolves when the words stand in the chat; what becomes of them is told by `onTrouble`. */
  say: (id: string, text: string) => void
  showPicture: (id: string, picture: { url: string; title: string }) => void
  /** For the plugin's `onUpstream`. */
  onUpstream: (id: string, message: UpstreamMessage) => void
}

export type CustomersOptions = {
  plugin: () => HitlPlugin
  onChange: () => void
  /** Told of what neither the customer nor the bot would learn of. */
  onTrouble: (text: string) => void
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Sunco refuses an address that is none, whatever the name is made of. */
const emailOf = (name: string, id: string): string => {
  const slug = name
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join('.')
  return `${slug ?? id}@example.com`
}

/** The customers of one bot, who talk to the bot until the HITL plugin stands between them and an agent. */
export const createCustomers = ({ plugin, onChange, onTrouble }: CustomersOptions): Customers => {
  const guests = new Map<string, Guest>()

  const find = (id: string): Guest => {
    const guest = guests.get(id)
    if (!guest) throw new Error('There is no such customer')
    return guest
  }
  const nameOf = (guest: Guest, { from, agentName }: UpstreamMessage): string =>
    ({ customer: guest.name, bot: 'Bot', agent: agentName ?? 'Agent', notice: 'Notice' })[from]

  const toLine = (guest: Guest, message: UpstreamMessage, index: number): Line => ({
    id: `${guest.id}-${index}`,
    from: message.from,
    name: nameOf(guest, message),
    at: message.at,
    parts: toParts(message.type, message.payload),
  })
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
      lines: customer.messages.map((message, index) => toLine(guest, message, index)),
    }
  }

  const deliver = async (guest: Guest, message: Parameters<HitlCustomer['say']>[0]): Promise<void> => {
    const conversationId = guest.customer.session()?.conversationId
    const lostBefore = plugin().lost.length
    await guest.customer.say(message)
    const lost = plugin()
      .lost.slice(lostBefore)
      .find((candidate) => candidate.message.conversationId === conversationId)
    if (lost) onTrouble(`A message of ${guest.name} was lost: the integration answered ${lost.status}.`)
    onChange()
  }
  const escalate = async (guest: Guest): Promise<void> => {
    if (guest.escalating || guest.customer.isWithAgent()) return
    guest.escalating = true
    try {
      await guest.customer.escalate(toEscalation(guest.topic))
    } catch (error) {
      onTrouble(`The handoff of ${guest.name} failed, and the customer hears nothing of it: ${reasonOf(error)}`)
    } finally {
      guest.escalating = false
      onChange()
    }
  }
  const end = async (guest: Guest): Promise<void> => {
    try {
      await guest.customer.end()
    } catch (error) {
      onTrouble(`stopHitl failed for ${guest.name}: ${reasonOf(error)}`)
    } finally {
      onChange()
    }
  }
  const talkToBot = (guest: Guest, text: string): void => {
    const { reply, topic, handOff } = answerTo(text)
    if (topic) guest.topic = topic
    if (handOff) void escalate(guest)
    else if (reply) guest.customer.botSays(reply)
  }

  return {
    views: () => [...guests.values()].map(view),
    add: (given) => {
      const number = guests.size + 1
      const name = given ?? NAMES[guests.size] ?? `Customer ${number}`
      const id = `customer-${number}`
      const email = emailOf(name, id)
      const customer = plugin().customer({ id, name, email })
      guests.set(id, { id, name, email, customer, escalating: false })
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
      else if (withBot) talkToBot(guest, text)
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
