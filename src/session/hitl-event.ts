import { isApiError } from '@botpress/sdk'
import type { Client, ZendeskMessagingHitl } from '../botpress'

type Events = ZendeskMessagingHitl['events']
type HitlEvent = { [K in keyof Events]: { type: K; payload: Events[K] } }[keyof Events]

/**
 * Creates an event of the `hitl` interface once. Where the answer did not come, Botpress is asked for the event;
 * rejects where it is not there.
 */
export const createHitlEvent = async (
  client: Client,
  event: HitlEvent,
  isThere: () => Promise<boolean>
): Promise<void> => {
  try {
    await client.createEvent<HitlEvent['type']>({ ...event, conversationId: event.payload.conversationId })
  } catch (error) {
    const isUnknown = isApiError(error) && error.code >= 500
    // A look that fails says nothing.
    if (isUnknown && (await isThere().catch(() => false))) return
    throw error
  }
}

/** An event that was created. @property createdAt an ISO date */
type CreatedEvent<T extends keyof Events> = { createdAt: string; payload: Events[T] }

/** The events of a type in a conversation, oldest first. */
export const listHitlEvents = async <T extends keyof Events>(
  client: Client,
  type: T,
  conversationId: string
): Promise<CreatedEvent<T>[]> => {
  const all: { createdAt: string; payload: unknown }[] = []
  let nextToken: string | undefined
  do {
    const page = await client.listEvents({ type, conversationId, nextToken })
    // The newest come first; those of one moment keep their order.
    all.unshift(...page.events.toReversed())
    nextToken = page.meta.nextToken
  } while (nextToken)
  all.sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  return all as CreatedEvent<T>[]
}
