import type { HandlerContext } from '../botpress'
import type { SpokenMessage } from '../events/decide'
import { zendeskIdOf } from '../events/speaker'
import type { Session } from '../session/note'
import { agentTags, type ConversationRecord } from '../session/tags'
import { speakerFor } from '../to-customer/agent'
import { fromZendesk, type LastAgent } from '../to-customer/deliver'
import { readSpeakerData } from '../to-customer/speaker-data'

/** What the customer has of what was said in Zendesk, by Botpress' newest pages down to one with an agent's message. */
export type Delivered = {
  /** Sunco ids. */
  ids: Set<string>
  /** Sunco ids of agents' messages among them. */
  ofAgents: Set<string>
  /** Whether there is more than these pages. */
  isCut: boolean
  last?: LastAgent
  /** When the newest message came, as an ISO date. */
  newestAt?: string
  /** When the first agent's message came, in milliseconds since 1970, where these pages show it. */
  firstAt?: number
}

type Listed = Awaited<ReturnType<HandlerContext['client']['listMessages']>>['messages']

const idsOf = (messages: Listed): Set<string> => new Set(messages.flatMap(({ tags }) => tags.id?.split(',') ?? []))

export const listDelivered = async (
  { client }: HandlerContext,
  { conversationId }: Pick<Session, 'conversationId'>
): Promise<Delivered> => {
  const messages: Listed = []
  let agents: Listed = []
  let nextToken: string | undefined
  // One page as a rule; automated messages may fill it, and more.
  do {
    const page = await client.listMessages({ conversationId, tags: fromZendesk, nextToken })
    messages.push(...page.messages)
    agents = messages.filter(({ tags }) => tags.agentId)
    nextToken = page.meta.nextToken
  } while (nextToken && agents.length === 0)
  const [newest, oldest] = [agents[0], agents.at(-1)]
  const isCut = nextToken !== undefined
  return {
    ids: idsOf(messages),
    ofAgents: idsOf(agents),
    isCut,
    last: newest && {
      agentId: newest.tags.agentId ?? '',
      name: readSpeakerData(newest.payload).agentName,
      profile: newest.tags.agentProfile,
      userId: newest.userId,
      at: newest.createdAt,
    },
    newestAt: messages[0]?.createdAt,
    firstAt: oldest && !isCut ? Date.parse(oldest.createdAt) : undefined,
  }
}

/**
 * The tags of who spoke last that are missing or wrong: their write, beside an announcement, may have failed. None for
 * sessions of version 1.0.
 * @param coming what is about to be delivered
 */
export const agentTagsLacking = (
  { tags }: ConversationRecord,
  { last, firstAt }: Pick<Delivered, 'last' | 'firstAt'>,
  coming: SpokenMessage[] = []
): Partial<ReturnType<typeof agentTags>> => {
  if (!tags.startedAt) return {}
  const agents = coming.flatMap((spoken) => (spoken.kind === 'agentMessage' ? [spoken.agent] : []))
  const newest = agents.at(-1)
  const speaker = newest
    ? { id: newest.id, name: speakerFor(newest, tags.language).name }
    : last && { ...last, id: last.agentId }
  if (!speaker?.name) return {}
  const zendeskId = zendeskIdOf(speaker.id)
  const isRight = tags.agentName === speaker.name && (tags.agentId ?? '') === (zendeskId ?? '')
  const assignedAt = tags.assignedAt ? undefined : firstAt
  return isRight && assignedAt === undefined ? {} : agentTags({ zendeskId, name: speaker.name }, assignedAt)
}
