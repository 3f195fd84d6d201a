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
  /** Zendesk id of the agent announced last, as far as this process knows. */
  agentId?: string
  /** True where this process started the session, so that nothing can have happened in it unseen. */
  begunHere: boolean
}

/**
 * Sessions that this process met lately. Live ones are looked up again after half a minute, because another process may
 * have ended them.
 */
const met = new LRUCache<string, Session>({ max: 5_000, ttl: 30_000 })

const keyOf = (ctx: Handling['ctx'], suncoConversationId: string): string =>
  `${ctx.integrationId}/${suncoConversationId}`

export const rememberSession = (ctx: Handling['ctx'], session: Session): Session => {
  met.set(keyOf(ctx, session.suncoConversationId), session)
  return session
}

export const forgetSession = (ctx: Handling['ctx'], suncoConversationId: string): void => {
  met.delete(keyOf(ctx, suncoConversationId))
}

type ConversationRecord = { id: string; createdAt: string; tags: { id?: string; endReason?: string } }

export const toSession = (conversation: ConversationRecord): Session => ({
  conversationId: conversation.id,
  suncoConversationId: conversation.tags.id ?? '',
  createdAt: Date.parse(conversation.createdAt),
  endReason: conversation.tags.endReason || undefined,
  begunHere: false,
})

/**
 * The session of a Sunco conversation, or undefined where Botpress has none: no call for one met in the last half
 * minute, one otherwise.
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

/** Live sessions of a Sunco user. */
export const listSessionsOfUser = async ({ client }: Handling, suncoUserId: string): Promise<Session[]> => {
  const { conversations } = await client.listConversations({ channel: 'hitl', tags: { userId: suncoUserId } })
  return conversations.map(toSession).filter(({ endReason }) => !endReason)
}
