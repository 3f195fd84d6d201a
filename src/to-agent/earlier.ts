import type { Client, HandlerContext } from '../botpress'
import type { SuncoClient } from '../sunco/client'
import { isOwnMessage, metadataKeys } from '../session/mark'

/** A message of the `hitl` channel, as Botpress lists it. */
type Listed = Awaited<ReturnType<Client['listMessages']>>['messages'][number]

/** What stands before a message: nothing passes it until it is settled or given up. */
export type Before = { createdAt: string; id: string }

/**
 * How long a message may be on its way, in milliseconds, before those behind it pass: its process died or hangs. Each of
 * those behind it waits a little longer than the one before, so that they keep their order among themselves; none longer
 * than `longestWaitMs` from when it was said itself.
 */
const givenUpAfterMs = 3_500
const furtherMs = 300
export const longestWaitMs = 5_000

const isBefore = (message: Listed, { createdAt, id }: Before): boolean =>
  message.createdAt < createdAt || (message.createdAt === createdAt && message.id < id)

/** Neither acknowledged nor refused. */
const isOnItsWay = ({ direction, tags }: Listed): boolean => direction === 'outgoing' && !tags.id && !tags.refused

/**
 * Botpress ids of earlier messages to the agent that are on their way in other processes, oldest first: strictly older ones
 * by time, then id, so that no two wait for each other. One call; it looks as far back as Botpress' newest page.
 */
export const findOnTheirWay = async (
  { client }: HandlerContext,
  conversationId: string,
  before: Before
): Promise<string[]> => {
  const { messages } = await client.listMessages({ conversationId })
  const now = Date.now()
  return messages
    .filter((message) => isBefore(message, before) && isOnItsWay(message))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .filter(({ createdAt }, rank) => now - Date.parse(createdAt) < givenUpAfterMs + rank * furtherMs)
    .map(({ id }) => id)
}

/** Which of the messages are in Zendesk already, their acknowledgement late or lost. One call. */
export const findPostedAmong = async (
  sunco: SuncoClient,
  suncoConversationId: string,
  ids: string[]
): Promise<Set<string>> => {
  const posted = await sunco.listNewestMessages(suncoConversationId)
  const marks = posted
    .filter(({ metadata }) => isOwnMessage(metadata))
    .map(({ metadata }) => metadata?.[metadataKeys.messageId])
  return new Set(ids.filter((id) => marks.includes(id)))
}
