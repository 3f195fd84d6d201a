import { setTimeout as realSleep } from 'node:timers/promises'
import { z } from 'zod'
import type { BotpressEvent, Installation, Message, Payload } from './index'

export type UpstreamMessage = {
  from: 'customer' | 'bot' | 'agent' | 'notice'
  agentName?: string
  type: string
  payload: Payload
  /** What an agent's message carried beside its content; the plugin keeps it as the tag `hitl#additionalData`. */
  additionalData?: unknown
  /** Milliseconds since the epoch. */
  at: number
}

export type Sayable = string | { type: string; payload: Payload }

export type CustomerProfile = { id: string; name?: string; email?: string; pictureUrl?: string }

export type HitlSession = { conversationId: string; userId: string; agentUserId?: string }

export type Escalation = { title?: string; description?: string; hitlSession?: Record<string, unknown> }

export type HitlCustomer = {
  /** Resolves when the integration has answered; a message it refused is in `lost`. */
  say: (message: Sayable) => Promise<void>
  /** A line of the bot in the customer's conversation, which becomes part of the history. */
  botSays: (message: Sayable) => void
  /** Throws what `createUser` or `startHitl` threw; as in reality the customer hears nothing of that. */
  escalate: (escalation?: Escalation) => Promise<void>
  /** The `/end` command. */
  end: () => Promise<void>
  readonly messages: UpstreamMessage[]
  isWithAgent: () => boolean
  session: () => HitlSession | undefined
}

export type Dropped = { reason: 'inactive' | 'unknownUser' } & (
  { kind: 'message'; message: Message } | { kind: 'event'; event: BotpressEvent }
)

/** @property body what the integration answered; @property said what the customer sees of it, if anything */
export type Lost = { message: Message; status: number; body: unknown; said?: UpstreamMessage }

export type HitlPluginOptions = {
  onUpstream?: (customerId: string, message: UpstreamMessage) => void
  /**
   * How long the plugin takes over a message from an agent, in milliseconds. Above 0, two messages that come
   * within that time both find no agent assigned, and the agent is announced twice, as in reality.
   */
  reactionMs?: number
  /** How long after `startHitl` returned the session becomes active, in milliseconds. */
  activationMs?: number
  /** Lets a test say when that time is over. */
  sleep?: (ms: number) => Promise<unknown>
}

export type HitlPlugin = {
  customer: (profile: CustomerProfile) => HitlCustomer
  /** What the customer sees, in order. */
  transcriptOf: (customerId: string) => UpstreamMessage[]
  /** What the integration created while nobody could take it. */
  readonly dropped: Dropped[]
  /** Messages whose delivery failed; the plugin itself never learns of them. */
  readonly lost: Lost[]
  /** Resolves when nothing the plugin started is under way any more. */
  idle: () => Promise<void>
  close: () => void
}

type Upstream = { profile: CustomerProfile; messages: UpstreamMessage[]; userId?: string; session?: HitlSession }

export const NOTICES = {
  handoff: 'I have contacted a human agent, please wait.',
  assigned: (agentName: string): string => `${agentName} has joined the conversation.`,
  stopped: 'The human agent closed the conversation.',
  ended: 'You have ended the session with the human agent.',
  toAgentEnded: '( The user has ended the session. )',
  toAgentUnsupported: 'Sorry, the user can not receive this type of message.',
} as const

const COPIED_TYPES = ['text', 'image', 'video', 'audio', 'file', 'bloc']
const HISTORY_PAGE = 20

const createdUser = z.object({ userId: z.string() })
const startedSession = z.object({ conversationId: z.string() })
const assignment = z.object({ conversationId: z.string(), userId: z.string() })

const toContent = (message: Sayable): { type: string; payload: Payload } =>
  typeof message === 'string' ? { type: 'text', payload: { text: message } } : message

/** Plays the plugin behind the HITL card: it stands between the customers of a bot and the integration. */
export const createHitlPlugin = (installation: Installation, options: HitlPluginOptions = {}): HitlPlugin => {
  const { reactionMs, activationMs, sleep = realSleep } = options
  const upstreams = new Map<string, Upstream>()
  const customers = new Map<string, HitlCustomer>()
  const dropped: Dropped[] = []
  const lost: Lost[] = []
  const underWay = new Set<Promise<unknown>>()

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    const forget = (): void => void underWay.delete(work)
    work.then(forget, forget)
    return work
  }
  const show = (upstream: Upstream, message: Omit<UpstreamMessage, 'at'>): UpstreamMessage => {
    const shown = { ...message, at: Date.now() }
    upstream.messages.push(shown)
    options.onUpstream?.(upstream.profile.id, shown)
    return shown
  }
  const notify = (upstream: Upstream, text: string): void => void show(upstream, { from: 'notice', ...toContent(text) })

  const deliver = async (
    conversationId: string,
    type: string,
    payload: Payload,
    said?: UpstreamMessage
  ): Promise<void> => {
    const sent = await track(installation.sendMessage({ conversationId, type, payload }))
    if (sent.status >= 300) lost.push({ ...sent, said })
  }
  const withSession = (conversationId: unknown): { upstream: Upstream; session: HitlSession } | undefined => {
    for (const upstream of upstreams.values()) {
      const { session } = upstream
      if (session && session.conversationId === conversationId) return { upstream, session }
    }
    return undefined
  }
  const announce = (upstream: Upstream, session: HitlSession, userId: string): void => {
    session.agentUserId = userId
    notify(upstream, NOTICES.assigned(installation.users.get(userId)?.name ?? 'A Human Agent'))
  }

  const copyUpstream = async (message: Message): Promise<void> => {
    const found = withSession(message.conversationId)
    if (!found) return void dropped.push({ reason: 'inactive', kind: 'message', message })
    const { upstream, session } = found
    const hadAgent = session.agentUserId !== undefined
    if (reactionMs) await sleep(reactionMs)
    // It works on several things at once: the end may have come meanwhile.
    if (upstream.session !== session) return void dropped.push({ reason: 'inactive', kind: 'message', message })
    if (!hadAgent) announce(upstream, session, message.userId)
    const { type, payload } = message
    if (!COPIED_TYPES.includes(type)) {
      return deliver(session.conversationId, 'text', { text: NOTICES.toAgentUnsupported })
    }
    const { additionalData, ...content } = payload
    const agentName = installation.users.get(message.userId)?.name
    show(upstream, { from: 'agent', agentName, type, payload: content, additionalData })
  }
  const onAssigned = (event: BotpressEvent): void => {
    const payload = assignment.safeParse(event.payload).data
    const found = withSession(payload?.conversationId)
    if (!payload || !found) return void dropped.push({ reason: 'inactive', kind: 'event', event })
    if (!installation.users.has(payload.userId)) {
      return void dropped.push({ reason: 'unknownUser', kind: 'event', event })
    }
    announce(found.upstream, found.session, payload.userId)
  }
  const onStopped = (event: BotpressEvent): void => {
    const found = withSession(event.payload.conversationId)
    if (!found) return void dropped.push({ reason: 'inactive', kind: 'event', event })
    found.upstream.session = undefined
    notify(found.upstream, NOTICES.stopped)
  }

  const historyOf = (upstream: Upstream, userId: string): unknown[] =>
    upstream.messages.slice(-HISTORY_PAGE).map(({ from, type, payload }) => ({
      source: from === 'customer' ? { type: 'user', userId } : { type: 'bot' },
      type,
      payload,
    }))
  const escalate = async (upstream: Upstream, { title, description, hitlSession }: Escalation): Promise<void> => {
    if (upstream.session) return
    notify(upstream, NOTICES.handoff)
    const { id, name = 'Unknown User', email, pictureUrl } = upstream.profile
    if (upstream.userId === undefined) {
      const invented = `${id}@no-reply.${installation.botId.replaceAll('_', '-')}.botpress.com`
      const output = await installation.callAction('createUser', { name, pictureUrl, email: email ?? invented })
      upstream.userId = createdUser.parse(output).userId
    }
    const { userId } = upstream
    const input = { userId, title, description, hitlSession, messageHistory: historyOf(upstream, userId) }
    const { conversationId } = startedSession.parse(await installation.callAction('startHitl', input))
    if (activationMs) await sleep(activationMs)
    upstream.session = { conversationId, userId }
  }
  const end = async (upstream: Upstream): Promise<void> => {
    const { session } = upstream
    if (!session) return
    const { conversationId } = session
    // Not awaited: the platform hands the notice over on its own, beside the stopHitl that follows.
    const noticed = track(deliver(conversationId, 'text', { text: NOTICES.toAgentEnded }))
    upstream.session = undefined
    try {
      await installation.callAction('stopHitl', { conversationId })
      notify(upstream, NOTICES.ended)
    } finally {
      await noticed
    }
  }

  const customerOf = (upstream: Upstream): HitlCustomer => ({
    messages: upstream.messages,
    session: () => upstream.session,
    isWithAgent: () => upstream.session !== undefined,
    botSays: (message) => void show(upstream, { from: 'bot', ...toContent(message) }),
    say: async (message) => {
      const { type, payload } = toContent(message)
      const said = show(upstream, { from: 'customer', type, payload })
      const { session } = upstream
      if (session) await deliver(session.conversationId, type, { ...payload, userId: session.userId }, said)
    },
    escalate: (escalation = {}) => track(escalate(upstream, escalation)),
    end: () => track(end(upstream)),
  })

  const eventHandlers: Record<string, (event: BotpressEvent) => void> = {
    hitlAssigned: onAssigned,
    hitlStopped: onStopped,
  }
  const stopListening = [
    installation.onMessage((message) => void track(copyUpstream(message))),
    installation.onEvent((event) => eventHandlers[event.type]?.(event)),
  ]

  return {
    customer: (profile) => {
      const known = customers.get(profile.id)
      if (known) return known
      const upstream: Upstream = { profile, messages: [] }
      const customer = customerOf(upstream)
      upstreams.set(profile.id, upstream)
      customers.set(profile.id, customer)
      return customer
    },
    transcriptOf: (customerId) => upstreams.get(customerId)?.messages ?? [],
    dropped,
    lost,
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
    close: () => stopListening.forEach((stop) => stop()),
  }
}
