import type { Session } from './note'

/** Value of the tag `endReason` for a session that the bot ended. */
export const stoppedByBot = 'stopHitl'
/** Value of the tag `endReason` for a session whose conversation was deleted in Zendesk. */
export const conversationRemoved = 'conversationRemoved'
/** Value of the tag `endReason` for a session that never began. */
export const handoffFailed = 'handoffFailed'

/** How long `startHitl` may run at most, in milliseconds; until then, a session that is not known may be about to begin. */
export const startTakesAtMostMs = 120_000
/** How long the last step of `startHitl` may take at most, in milliseconds. */
export const lastStepTakesMs = 6_000

/** The parts of a Botpress conversation that say how a session stands. */
export type ConversationRecord = {
  id: string
  createdAt: string
  tags: { id?: string; userExternalId?: string; endReason?: string; live?: string; begun?: string }
}

/** Tags of a session that begins. */
export const beginningTags = (
  suncoConversationId: string,
  userExternalId: string
): { id: string; userExternalId: string; live: string } => ({
  id: suncoConversationId,
  userExternalId,
  live: 'true',
})

/** Says of a session that it has begun, where its note could not be written. */
export const begunWithoutNote = { begun: 'true' }

/** Unsets the tag that marks a session as live: the last thing that happens to it. An empty value unsets a tag. */
export const noLongerLive = { live: '' }

/**
 * Whether all that belongs to the end has been done. A session that is over but still live was left halfway by a process
 * that died, or is being ended at this moment. Sessions of version 1.0 have no tag `live`.
 */
export const isDone = ({ tags }: ConversationRecord): boolean => Boolean(tags.endReason) && !tags.live

/**
 * Whether the handoff was not finished, where the conversation in Zendesk bears no note: its process died, and the plugin knows
 * of no session. Sessions of version 1.0 have no note and no tag `live`, and go on.
 */
export const isUnfinished = ({ tags }: ConversationRecord): boolean => Boolean(tags.live) && !tags.begun

/** The session of a Botpress conversation; undefined for a conversation that is none. */
export const sessionOf = ({ id, createdAt, tags }: ConversationRecord): Session | undefined =>
  tags.id ? { conversationId: id, suncoConversationId: tags.id, beganAt: Date.parse(createdAt) } : undefined
