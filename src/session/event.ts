import { Client as PlainClient, isApiError } from '@botpress/client'
import type { Client, ZendeskMessagingHitl } from '../botpress'

type Events = ZendeskMessagingHitl['events']

/** Shorter than a claim's lease, so that a claimant that hangs is not mistaken for a dead one. */
const eventTimeoutMs = 4_000

/** The same client without repetitions: a repeated createEvent makes a second event, which nothing tells from the first. */
const withoutRetries = (client: Client): PlainClient => {
  const { apiUrl, headers } = client._inner.config
  return new PlainClient({ apiUrl, headers, timeout: eventTimeoutMs })
}

/**
 * Creates an event of the `hitl` interface once. Where the answer did not come, Botpress is asked for the event; rejects
 * where it is not there.
 */
export const createHitlEvent = async <T extends keyof Events>(
  client: Client,
  type: T,
  payload: Events[T],
  isThere: () => Promise<boolean>
): Promise<void> => {
  try {
    await withoutRetries(client).createEvent({ type, payload, conversationId: payload.conversationId })
  } catch (error) {
    const isUnknown = isApiError(error) && error.code >= 500
    if (isUnknown && (await isThere())) return
    throw error
  }
}

/** The events of a type in a conversation, oldest first. */
export const listHitlEvents = async <T extends keyof Events>(
  client: Client,
  type: T,
  conversationId: string
): Promise<Events[T][]> => {
  const all: { createdAt: string; payload: unknown }[] = []
  let nextToken: string | undefined
  do {
    const page = await client.listEvents({ type, conversationId, nextToken })
    all.push(...page.events)
    nextToken = page.meta.nextToken
  } while (nextToken)
  return all.sort((a, b) => a.createdAt.localeCompare(b.createdAt)).map(({ payload }) => payload as Events[T])
}
