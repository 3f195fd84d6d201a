import type { conversationTags } from '../../definitions/tags'
import type { EndReason } from './end-reason'
import type { Session } from './note'

/** The parts of a Botpress conversation that say how a session stands. */
export type ConversationRecord = {
  id: string
  createdAt: string
  tags: ConversationTags
}

type ConversationTags = Partial<Record<keyof typeof conversationTags, string>>

type Beginning = {
  suncoConversationId: string
  userExternalId: string
  startedAt: number
  language?: string
  /** What is to be done with the ticket. */
  ticketState: ConversationTags
}

/** Botpress' limit for the value of a tag, in characters. */
export const longestTag = 500

/** Has the hourly check find a session, and says that its end is not done with. */
export const stillLive = { live: 'true' }

/** Tags of a session that begins. */
export const beginningTags = ({
  suncoConversationId,
  userExternalId,
  startedAt,
  language,
  ticketState,
}: Beginning): ConversationTags => ({
  id: suncoConversationId,
  userExternalId,
  ...stillLive,
  startedAt: toIsoDate(startedAt),
  ...(language && { language }),
  ...ticketState,
})

/** Tags of a session that is over: what a bot reads when its flow goes on. @param at milliseconds since 1970 */
export const endTags = (endReason: EndReason, at = Date.now()): { endReason: EndReason; endedAt: string } => ({
  endReason,
  endedAt: toIsoDate(at),
})

/** Has the hourly check end a session that the bot could not end. Those of version 1.0 bear no tag `live` before. */
export const stopDue = { stopDue: 'true', ...stillLive }

/** The same, and takes back that the session is over. An empty value unsets a tag. */
export const stopPutOff = { endReason: '', endedAt: '', ...stopDue }

/** Has the hourly check release a session whose handoff failed and could not be taken back: the plugin has none. */
export const releaseDue = { stopDue: 'handoffFailed' } satisfies { stopDue: EndReason }

/** The same where Botpress has no conversation of that session yet, by which the check could find it. */
export const leftBehindTags = (suncoConversationId: string, startedAt: number): ConversationTags => ({
  id: suncoConversationId,
  ...stillLive,
  startedAt: toIsoDate(startedAt),
  ...releaseDue,
})

type AnnouncedAgent = {
  /** Zendesk's id, where it names one. */
  zendeskId?: string
  name: string
}

/**
 * Tags that say who speaks. @param assignedAt when the first agent spoke, in milliseconds since 1970; left out for a
 * later one
 */
export const agentTags = (
  { zendeskId = '', name }: AnnouncedAgent,
  assignedAt?: number
): { agentId: string; agentName: string; assignedAt?: string } => ({
  agentId: zendeskId,
  agentName: name,
  ...(assignedAt !== undefined && { assignedAt: toIsoDate(assignedAt) }),
})

const toIsoDate = (at: number): string => new Date(at).toISOString()

/** Says of a session that it has begun, where its note could not be written, or nobody said that it was. */
export const begunWithoutNote = { begun: 'true' }

/** Whether that was said of it, so that it began later than its note says, should there be one. */
export const hasBegunLate = ({ tags }: Pick<ConversationRecord, 'tags'>): boolean => Boolean(tags.begun)

/** Unsets the tags by which the hourly check finds what is to be done: the last thing that happens to a session. */
export const noLongerLive = { live: '', stopDue: '' }

/**
 * Whether all that belongs to the end has been done. A session that is over but still live was left halfway by a
 * process that died, or is being ended at this moment. Sessions of version 1.0 have no tag `live` before that.
 */
export const isDone = ({ tags }: ConversationRecord): boolean => Boolean(tags.endReason) && !tags.live

/**
 * Whether the handoff was not finished, where the conversation in Zendesk bears no note: its process died, and the
 * plugin knows of no session. Sessions of version 1.0 have no note and no tag `startedAt`, and go on.
 */
export const isUnfinished = ({ tags }: ConversationRecord): boolean =>
  Boolean(tags.live && tags.startedAt) && !hasBegunLate({ tags })

/** The session of a Botpress conversation; undefined for a conversation that is none. */
export const sessionOf = ({ id, createdAt, tags }: ConversationRecord): Session | undefined =>
  tags.id
    ? {
        conversationId: id,
        suncoConversationId: tags.id,
        beganAt: Date.parse(createdAt),
        language: tags.language || undefined,
      }
    : undefined
