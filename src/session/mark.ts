import * as z from 'zod/mini'
import type { Metadata } from '../sunco/types'

/**
 * What is written into the metadata of everything that this installation makes in Sunco, and comes back in the webhook
 * events about it: the way to tell our conversations and our own moves from all others without asking anyone.
 */
const keys = {
  installation: 'botpressHitl',
  startedAt: 'botpressHitlStartedAt',
  start: 'botpressHitlStart',
  move: 'botpressHitlMove',
  messageId: 'botpressMessageId',
  part: 'botpressMessagePart',
} as const

/** Why control was moved: taken at the start, given to Agent Workspace, or released by the bot. */
export type Move = 'take' | 'ticket' | 'release'

const conversationMark = z.object({ [keys.installation]: z.string(), [keys.startedAt]: z.number() })

/** @param webhookId identifies the installation; @param start unique; @param startedAt milliseconds since 1970 */
export const markConversation = (webhookId: string, start: string, startedAt: number): Metadata => ({
  [keys.installation]: webhookId,
  [keys.start]: start,
  [keys.startedAt]: startedAt,
})

export const isMarkedConversation = (metadata: Record<string, unknown> | null | undefined, start: string): boolean =>
  metadata?.[keys.start] === start

/** When our session started, or undefined for a conversation that this installation did not make. */
export const startOf = (metadata: unknown, webhookId: string): number | undefined => {
  const mark = conversationMark.safeParse(metadata)
  return mark.success && mark.data[keys.installation] === webhookId ? mark.data[keys.startedAt] : undefined
}

export const markMove = (move: Move): Metadata => ({ [keys.move]: move })

/** The move of ours that a switchboard event reports, or undefined for someone else's. */
export const moveOf = (metadata: Record<string, unknown> | null | undefined): unknown => metadata?.[keys.move]

/** @param messageId Botpress message, or another name of what is posted; @param part counts from 0 */
export const markMessage = (messageId: string, part: number): Metadata => ({
  [keys.messageId]: messageId,
  [keys.part]: part,
})

export const isMarkedMessage = (
  metadata: Record<string, unknown> | null | undefined,
  messageId?: string,
  part?: number
): boolean =>
  messageId === undefined
    ? metadata?.[keys.messageId] !== undefined
    : metadata?.[keys.messageId] === messageId && metadata[keys.part] === part

/** Which part of a message's posts this is, counted from 0; undefined for a post of anything else. */
export const partOf = (metadata: Record<string, unknown> | null | undefined, messageId: string): number | undefined => {
  const part = metadata?.[keys.part]
  return metadata?.[keys.messageId] === messageId && Number.isSafeInteger(part) ? Number(part) : undefined
}
