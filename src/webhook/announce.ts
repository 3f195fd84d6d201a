import type { Handling } from '../botpress'
import { createHitlEvent, listHitlEvents } from '../session/event'
import { once, type ClaimName } from '../session/once'
import type { Announced, Session } from '../session/session'
import { saidAt, type WebhookMessage } from './batch'

/**
 * The first announcements of a session have a claim each, which costs one call. Later ones share the last, which then has
 * to change hands and costs four more.
 */
const claimOf = (turn: number): ClaimName => `assignment${Math.min(turn, 20)}` as ClaimName

/**
 * Tells the plugin who speaks from now on: once per agent, again when an agent takes over or comes back. Two calls, none
 * where the agent is the one who was announced last.
 * @param userId Botpress user of the agent who says `message`
 */
export const ensureAnnounced = async (
  handling: Handling,
  session: Session,
  userId: string,
  message: WebhookMessage
): Promise<void> => {
  const { client } = handling
  const { conversationId } = session
  let announced = await announcedIn(handling, session)
  while (announced.userId !== userId) {
    // A late repetition of an earlier agent's message must not announce that agent again.
    const isLate = announced.count > 0 && saidAt(message) <= (announced.since ?? Infinity)
    if (isLate && (await isDelivered(handling, session, message.id))) break
    const turn = announced.count + 1
    const isDone = async (): Promise<boolean> => {
      announced = await readAnnounced(handling, conversationId)
      return announced.count >= turn
    }
    await once({
      client,
      conversationId,
      name: claimOf(turn),
      subject: String(turn),
      isDone,
      effect: async () => {
        await createHitlEvent(client, 'hitlAssigned', { conversationId, userId }, isDone)
        announced = { count: turn, userId, since: saidAt(message) }
      },
    })
  }
  session.announced = announced
}

export const wasAnyoneAnnounced = async (handling: Handling, session: Session): Promise<boolean> =>
  (await announcedIn(handling, session)).count > 0

const announcedIn = async (handling: Handling, session: Session): Promise<Announced> =>
  (session.announced ??= await readAnnounced(handling, session.conversationId))

const readAnnounced = async ({ client }: Handling, conversationId: string): Promise<Announced> => {
  const events = await listHitlEvents(client, 'hitlAssigned', conversationId)
  return { count: events.length, userId: events.at(-1)?.userId }
}

const isDelivered = async ({ client }: Handling, { conversationId }: Session, messageId: string): Promise<boolean> => {
  const { messages } = await client.listMessages({ conversationId, tags: { id: messageId } })
  return messages.length > 0
}
