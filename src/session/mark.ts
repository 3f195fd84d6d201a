import type { Metadata } from '../sunco/types'

/**
 * Keys of what is written into the metadata of everything that this installation makes in Sunco. It comes back in the
 * webhook events about it: the way to tell our conversations and our own moves from all others without asking anyone.
 */
export const metadataKeys = {
  installation: 'botpressHitl',
  startedAt: 'botpressHitlStartedAt',
  start: 'botpressHitlStart',
  note: 'botpressHitlNote',
  undone: 'botpressHitlUndone',
  move: 'botpressHitlMove',
  messageId: 'botpressMessageId',
  part: 'botpressMessagePart',
  isLast: 'botpressMessageEnd',
} as const

type Found = Record<string, unknown> | null | undefined

/** Why control was moved: taken at the start, given to Agent Workspace, or released by the bot. */
export type Move = 'take' | 'ticket' | 'release'

/** @param webhookId identifies the installation; @param startedAt milliseconds since 1970 */
export const markConversation = (webhookId: string, startedAt: number): Metadata => ({
  [metadataKeys.installation]: webhookId,
  [metadataKeys.startedAt]: startedAt,
})

/** @param start unique; tells the conversation of a start whose answer got lost from the customer's others */
export const markStart = (start: string): Metadata => ({ [metadataKeys.start]: start })

export const isMarkedStart = (metadata: Found, start: string): boolean => metadata?.[metadataKeys.start] === start

/** Whether any installation's mark is there. */
export const isMarked = (metadata: Found): boolean => metadata?.[metadataKeys.installation] !== undefined

/** When our session started, or undefined for a conversation that this installation did not make. */
export const startOf = (metadata: Found, webhookId: string): number | undefined => {
  const startedAt = metadata?.[metadataKeys.startedAt]
  return metadata?.[metadataKeys.installation] === webhookId && Number.isFinite(startedAt)
    ? Number(startedAt)
    : undefined
}

export const markMove = (move: Move): Metadata => ({ [metadataKeys.move]: move })

/** The move of ours that a switchboard event reports, or undefined for someone else's. */
export const moveOf = (metadata: Found): unknown => metadata?.[metadataKeys.move]

/** @param messageId Botpress message, or another name of what is posted; @param part counts from 0 */
export const markMessage = (messageId: string, part: number, isLast: boolean): Metadata => ({
  [metadataKeys.messageId]: messageId,
  [metadataKeys.part]: part,
  ...(isLast && { [metadataKeys.isLast]: true }),
})

/** The message that a post ends, or undefined where more of it follows. */
export const endedBy = (metadata: Found): unknown =>
  metadata?.[metadataKeys.isLast] === true ? metadata[metadataKeys.messageId] : undefined

/** Whether we posted the message, whatever it belongs to. */
export const isOwnMessage = (metadata: Found): boolean => metadata?.[metadataKeys.messageId] !== undefined

/** Which part of a message's posts this is, counted from 0; undefined for a post of anything else. */
export const partOf = (metadata: Found, messageId: string): number | undefined => {
  const part = metadata?.[metadataKeys.part]
  return metadata?.[metadataKeys.messageId] === messageId && Number.isSafeInteger(part) ? Number(part) : undefined
}
