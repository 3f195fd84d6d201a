import { LRUCache } from 'lru-cache'
import type { Handling } from '../botpress'

/** The plugin drops what reaches it before it has taken note that `startHitl` returned. */
const pluginTakesMs = 2_000
/**
 * How long the last step of `startHitl` may take: Botpress knows the conversation from its beginning, the process that
 * started the session from its end.
 */
export const lastStepTakesMs = 6_000
/** From a conversation's beginning until the plugin has taken note of it, in milliseconds at most. */
export const settlingTakesMs = lastStepTakesMs + pluginTakesMs

/** A Zendesk conversation that Botpress knows as a conversation of the `hitl` channel. */
export type Session = {
  /** Botpress id. */
  conversationId: string
  suncoConversationId: string
  /** Milliseconds since 1970 at which Botpress knew the conversation. */
  createdAt: number
  /** From then on, in milliseconds since 1970, the plugin has taken note that the session began. */
  settledAt: number
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

/** How long a process trusts what it knows of a live session, in milliseconds: another one may know more. */
const trustMs = 10 * 60_000

/** Sessions that this process met lately. */
const met = new LRUCache<string, Session>({ max: 5_000, ttl: trustMs })

/**
 * Whether this process has seen all that happened in a session: it started the session or compared both sides since, and
 * nothing was put off. What was put off may come again after what follows it, or never, and is then caught up on.
 */
const seenAll = new LRUCache<string, boolean>({ max: 20_000, ttl: trustMs })
/** Counts, by installation, the times at which events may have been refused unread. */
const gaps = new LRUCache<string, number>({ max: 5_000 })

/**
 * Sessions that this process knows to be over before Botpress does: nothing of the customer's may be posted any more, since
 * it would open another ticket.
 */
const over = new LRUCache<string, string>({ max: 20_000, ttl: 60 * 60_000 })

const keyOf = (ctx: Handling['ctx'], suncoConversationId: string): string => `${ctx.webhookId}/${suncoConversationId}`

/** A session is one object, so that whoever works on it knows what the one before found out. */
const rememberSession = (ctx: Handling['ctx'], found: Session): Session => {
  const key = keyOf(ctx, found.suncoConversationId)
  const session = met.get(key) ?? found
  session.endReason ??= found.endReason
  met.set(key, session)
  return session
}

/** Why nothing more is heard of a conversation whose handoff failed. */
export const neverBegan = 'neverBegan'

/** Why the session is over, as far as this process has heard. */
export const overBecause = (ctx: Handling['ctx'], suncoConversationId: string): string | undefined =>
  over.get(keyOf(ctx, suncoConversationId))

export const noteOver = (ctx: Handling['ctx'], suncoConversationId: string, reason: string): void => {
  const key = keyOf(ctx, suncoConversationId)
  if (over.get(key) !== neverBegan) over.set(key, reason)
}

/** It did not end after all. */
export const noteNotOver = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  over.delete(keyOf(ctx, suncoConversationId))
}

/** What this process remembers of a session may not be true any more. */
export const forgetSession = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  met.delete(keyOf(ctx, suncoConversationId))
  noteSeenAll(ctx, suncoConversationId, false)
}

/** What comes from Zendesk in a session is worked on one after the other, by this key. */
export const orderKey = ({ webhookId }: Handling['ctx'], suncoConversationId: string): string =>
  `webhook/${webhookId}/${suncoConversationId}`

/** What goes to Zendesk in a session goes one after the other, by this key. */
export const postKey = ({ webhookId }: Handling['ctx'], suncoConversationId: string): string =>
  `post/${webhookId}/${suncoConversationId}`

const seenKeyOf = (ctx: Handling['ctx'], suncoConversationId: string): string =>
  `${keyOf(ctx, suncoConversationId)}/${gaps.get(ctx.webhookId) ?? 0}`

export const hasSeenAll = (ctx: Handling['ctx'], suncoConversationId: string): boolean =>
  seenAll.get(seenKeyOf(ctx, suncoConversationId)) ?? false

export const noteSeenAll = (ctx: Handling['ctx'], suncoConversationId: string, all: boolean): void => {
  seenAll.set(seenKeyOf(ctx, suncoConversationId), all)
}

/**
 * Begins a comparison of both sides; what is returned notes its success. A gap that comes about meanwhile is not covered by
 * it.
 */
export const beginComparison = (ctx: Handling['ctx'], suncoConversationId: string): (() => void) => {
  const key = seenKeyOf(ctx, suncoConversationId)
  return () => void seenAll.set(key, true)
}

/** Any session of the installation may have missed events, as after a change of the webhook's secret. */
export const noteGap = ({ webhookId }: Handling['ctx']): void => {
  gaps.set(webhookId, (gaps.get(webhookId) ?? 0) + 1)
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
  const now = Date.now()
  const settledAt = now + pluginTakesMs
  const session = rememberSession(ctx, {
    ...toSession(conversation),
    createdAt: now,
    settledAt,
    announced: { count: 0 },
  })
  const key = seenKeyOf(ctx, session.suncoConversationId)
  if (!seenAll.has(key)) seenAll.set(key, true)
}

export type ConversationRecord = { id: string; createdAt: string; tags: { id?: string; endReason?: string } }

const toSession = (conversation: ConversationRecord): Session => ({
  conversationId: conversation.id,
  suncoConversationId: conversation.tags.id ?? '',
  createdAt: Date.parse(conversation.createdAt),
  settledAt: Date.parse(conversation.createdAt) + settlingTakesMs,
  endReason: conversation.tags.endReason || undefined,
})

/** The session of a conversation that Botpress hands over. */
export const sessionOf = (ctx: Handling['ctx'], conversation: ConversationRecord): Session =>
  met.get(keyOf(ctx, conversation.tags.id ?? '')) ?? rememberSession(ctx, toSession(conversation))

/**
 * The session of a Sunco conversation, or undefined where Botpress has none: no call for one met lately,
 * one otherwise.
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

/**
 * Sunco ids of the conversations of a user's live sessions.
 * @param before milliseconds since 1970: a session that began later is another one's, who has the same external id
 */
export const listSuncoConversationsOf = async (
  { client }: Handling,
  userExternalId: string,
  before: number
): Promise<string[]> => {
  const live: string[] = []
  let nextToken: string | undefined
  do {
    const page = await client.listConversations({ channel: 'hitl', tags: { userExternalId }, nextToken })
    for (const { tags, createdAt } of page.conversations) {
      if (tags.id && !tags.endReason && Date.parse(createdAt) < before) live.push(tags.id)
    }
    nextToken = page.meta.nextToken
  } while (nextToken)
  return live
}
