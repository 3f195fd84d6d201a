import { LRUCache } from 'lru-cache'
import type { Handling } from '../botpress'

/** A Zendesk conversation that Botpress knows as a conversation of the `hitl` channel. */
export type Session = {
  /** Botpress id. */
  conversationId: string
  suncoConversationId: string
  /** Milliseconds since 1970 at which Botpress knew the conversation. */
  createdAt: number
  /** Why it is over; undefined while it is live. */
  endReason?: string
  /** The agents announced so far; undefined where this process has to ask. */
  announced?: Announced
}

export type Announced = {
  count: number
  /** Botpress user of the agent announced last. */
  userId?: string
  /** When that agent's message was said, in milliseconds since 1970, where this process made the announcement. */
  since?: number
}

/**
 * Sessions that this process met lately. Live ones are looked up again after two minutes, because another process may
 * have ended them.
 */
const met = new LRUCache<string, Session>({ max: 5_000, ttl: 2 * 60_000 })

/**
 * Whether this process has seen all that happened in a session: it started the session or compared both sides since, and
 * nothing was put off. What was put off may come again after what follows it, or never, and is then caught up on. After
 * ten minutes both sides are compared again, for the sake of what another process put off.
 */
const seenAll = new LRUCache<string, boolean>({ max: 20_000, ttl: 10 * 60_000 })
/** Counts, by installation, the times at which events may have been refused unread. */
const gaps = new LRUCache<string, number>({ max: 5_000 })

const keyOf = (ctx: Handling['ctx'], suncoConversationId: string): string =>
  `${ctx.integrationId}/${suncoConversationId}`

/** A session is one object, so that whoever works on it knows what the one before found out. */
const rememberSession = (ctx: Handling['ctx'], found: Session): Session => {
  const key = keyOf(ctx, found.suncoConversationId)
  const session = met.get(key) ?? found
  session.endReason ??= found.endReason
  met.set(key, session)
  return session
}

/** What this process remembers of a session may not be true any more. */
export const forgetSession = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  met.delete(keyOf(ctx, suncoConversationId))
  noteSeenAll(ctx, suncoConversationId, false)
}

/** What comes from Zendesk in a session is worked on one after the other, by this key. */
export const orderKey = ({ integrationId }: Handling['ctx'], suncoConversationId: string): string =>
  `webhook/${integrationId}/${suncoConversationId}`

const seenKeyOf = (ctx: Handling['ctx'], suncoConversationId: string): string =>
  `${keyOf(ctx, suncoConversationId)}/${gaps.get(ctx.integrationId) ?? 0}`

export const hasSeenAll = (ctx: Handling['ctx'], suncoConversationId: string): boolean =>
  seenAll.get(seenKeyOf(ctx, suncoConversationId)) ?? false

export const noteSeenAll = (ctx: Handling['ctx'], suncoConversationId: string, all: boolean): void => {
  seenAll.set(seenKeyOf(ctx, suncoConversationId), all)
}

/** Any session of the installation may have missed events, as after a change of the webhook's secret. */
export const noteGap = ({ integrationId }: Handling['ctx']): void => {
  gaps.set(integrationId, (gaps.get(integrationId) ?? 0) + 1)
}

/** Conversations whose `startHitl` this process is still busy with. */
const starting = new Set<string>()

export const beginStart = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  starting.add(keyOf(ctx, suncoConversationId))
}
export const finishStart = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  starting.delete(keyOf(ctx, suncoConversationId))
}
export const isStarting = (ctx: Handling['ctx'], suncoConversationId: string): boolean =>
  starting.has(keyOf(ctx, suncoConversationId))

/** A session that this process has just started. Whether an event came too early for it is known already. */
export const rememberNewSession = (ctx: Handling['ctx'], conversation: ConversationRecord): void => {
  const session = rememberSession(ctx, { ...toSession(conversation), createdAt: Date.now(), announced: { count: 0 } })
  const key = seenKeyOf(ctx, session.suncoConversationId)
  if (!seenAll.has(key)) seenAll.set(key, true)
}

export type ConversationRecord = { id: string; createdAt: string; tags: { id?: string; endReason?: string } }

const toSession = (conversation: ConversationRecord): Session => ({
  conversationId: conversation.id,
  suncoConversationId: conversation.tags.id ?? '',
  createdAt: Date.parse(conversation.createdAt),
  endReason: conversation.tags.endReason || undefined,
})

/** The session of a conversation that Botpress hands over. */
export const sessionOf = (ctx: Handling['ctx'], conversation: ConversationRecord): Session =>
  met.get(keyOf(ctx, conversation.tags.id ?? '')) ?? rememberSession(ctx, toSession(conversation))

/**
 * The session of a Sunco conversation, or undefined where Botpress has none: no call for one met in the last two
 * minutes, one otherwise.
 */
export const findSession = async (
  { ctx, client }: Handling,
  suncoConversationId: string
): Promise<Session | undefined> => {
  const remembered = met.get(keyOf(ctx, suncoConversationId))
  if (remembered) return remembered
  const { conversations } = await client.listConversations({ channel: 'hitl', tags: { id: suncoConversationId } })
  const [conversation] = conversations
  return conversation && rememberSession(ctx, toSession(conversation))
}

/** Sunco ids of the conversations of a user's live sessions. */
export const listSuncoConversationsOf = async ({ client }: Handling, suncoUserId: string): Promise<string[]> => {
  const live: string[] = []
  let nextToken: string | undefined
  do {
    const page = await client.listConversations({ channel: 'hitl', tags: { userId: suncoUserId }, nextToken })
    live.push(...page.conversations.flatMap(({ tags: { id, endReason } }) => (id && !endReason ? [id] : [])))
    nextToken = page.meta.nextToken
  } while (nextToken)
  return live
}
