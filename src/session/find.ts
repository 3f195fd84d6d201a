import type { HandlerContext } from '../botpress'
import type { ConversationRecord } from './tags'

/** By creation: in which order Botpress lists otherwise is not documented. */
export const newestFirst = { sortField: 'createdAt', sortDirection: 'desc' } as const

/** The Botpress conversation of a Sunco conversation, or undefined where there is none. */
export const findConversation = async (
  { client }: HandlerContext,
  suncoConversationId: string
): Promise<ConversationRecord | undefined> => {
  const { conversations } = await client.listConversations({ channel: 'hitl', tags: { id: suncoConversationId } })
  return conversations[0]
}

/** Conversations of all of a customer's sessions. */
export const listConversationsOf = async (
  { client }: HandlerContext,
  userExternalId: string
): Promise<ConversationRecord[]> => {
  const all: ConversationRecord[] = []
  let nextToken: string | undefined
  do {
    const page = await client.listConversations({ channel: 'hitl', tags: { userExternalId }, nextToken })
    all.push(...page.conversations)
    nextToken = page.meta.nextToken
  } while (nextToken)
  return all
}
