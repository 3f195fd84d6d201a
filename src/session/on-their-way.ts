import type { Client, HandlerContext } from '../botpress'
import type { SuncoClient } from '../sunco/client'
import { endedBy } from './mark'

/** A message of the `hitl` channel, as Botpress lists it. */
type Listed = Awaited<ReturnType<Client['listMessages']>>['messages'][number]

/** What stands before a message: nothing passes it until it is settled or given up. */
export type Before = { createdAt: string; id: string }

/**
 * How long a message may take from when it is its turn, in milliseconds. It is given up then: its process died or
 * hangs, and those behind it go on.
 */
const turnTakesMs = 3_500

const isBefore = (message: Listed, { createdAt, id }: Before): boolean =>
  message.createdAt < createdAt || (message.createdAt === createdAt && message.id < id)

/** Acknowledged or refused. */
const isSettled = ({ tags }: Listed): boolean => Boolean(tags.id || tags.refused)

/**
 * Botpress ids of earlier messages to the agent that are on their way in other processes, oldest first: strictly older
 * ones by time, then id, so that no two wait for each other. A message's turn comes when the one before it was settled
 * (which changes it, so that its date of change says when) or given up; so all processes agree on whose turn it is. It
 * looks as far back as a page of Botpress' before the message.
 */
export const findOnTheirWay = async (
  { client }: HandlerContext,
  conversationId: string,
  before: Before
): Promise<string[]> => {
  // What came later, such as an agent's many words, must not push earlier messages off the page. The date is exclusive.
  const beforeDate = new Date(Date.parse(before.createdAt) + 1).toISOString()
  const { messages } = await client.listMessages({ conversationId, beforeDate })
  const earlier = messages
    .filter((message) => message.direction === 'outgoing' && isBefore(message, before))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const onTheirWay: string[] = []
  let turnAt = 0
  for (const message of earlier) {
    turnAt = Math.max(turnAt, Date.parse(message.createdAt))
    if (isSettled(message)) {
      turnAt = Math.max(turnAt, Date.parse(message.updatedAt))
      continue
    }
    turnAt += turnTakesMs
    if (Date.now() < turnAt) onTheirWay.push(message.id)
  }
  return onTheirWay
}

/** Which of the messages are in Zendesk already with all of their parts, their acknowledgement late or lost. */
export const findPostedAmong = async (
  sunco: SuncoClient,
  suncoConversationId: string,
  ids: string[]
): Promise<string[]> => {
  const posted = await sunco.listNewestMessages(suncoConversationId)
  const ended = posted.map(({ metadata }) => endedBy(metadata))
  return ids.filter((id) => ended.includes(id))
}
