import { createHmac } from 'node:crypto'
import type { Context } from '../botpress'
import { credentialsOf } from '../installation/credentials'
import type { Metadata } from '../sunco/types'
import { isSameSecret } from '../text/secret'
import { markConversation, metadataKeys, startOf } from './mark'

/** A Zendesk conversation that Botpress knows as a conversation of the `hitl` channel. */
export type Session = {
  /** Botpress id. */
  conversationId: string
  suncoConversationId: string
  /**
   * When it began, in milliseconds since 1970: when `startHitl` was to return, as it reckoned; by the tags alone, some
   * seconds earlier.
   */
  beganAt: number
  /** The customer's, as a BCP 47 tag, where the handoff named it. */
  language?: string
}

/**
 * The note is what a session needs to know of itself, written into the metadata of its Sunco conversation when it has
 * begun: `<Botpress conversation>:<began at>:<language>:<signature>`. Every event of the conversation carries it, so
 * that no process has to look the session up. It says nothing that changes: no update can race another, and an event
 * that is delivered again carries nothing outdated.
 *
 * Whoever may use the conversation from a Zendesk SDK may also change its metadata (inferred; be safe). So the note is
 * signed with the key's secret and bound to the installation and the conversation: one that was made up, copied from
 * another conversation, or signed with an earlier key is as good as none.
 */
const sign = (ctx: Context, suncoConversationId: string, ...facts: string[]): string =>
  createHmac('sha256', credentialsOf(ctx).keySecret)
    .update(JSON.stringify([ctx.webhookId, suncoConversationId, ...facts]))
    .digest('base64url')

/**
 * All that a conversation's metadata says of a session. Whether changing metadata merges or replaces is not documented:
 * so all of it is sent.
 */
export const noteMetadata = (
  ctx: Context,
  { conversationId, suncoConversationId, beganAt, language = '' }: Session
): Metadata => {
  const facts = [conversationId, `${beganAt}`, language]
  return {
    ...markConversation(ctx.webhookId, beganAt),
    [metadataKeys.note]: [...facts, sign(ctx, suncoConversationId, ...facts)].join(':'),
  }
}

/** Metadata that says of a handoff that failed that it has been taken back: nothing is to be done about it any more. */
export const undoneMetadata = (ctx: Context, suncoConversationId: string, startedAt: number): Metadata => ({
  ...markConversation(ctx.webhookId, startedAt),
  [metadataKeys.undone]: sign(ctx, suncoConversationId, 'undone'),
})

type Noted = { id: string; metadata?: Record<string, unknown> | null }

/** The session of a Sunco conversation by its note; undefined where there is none that can be believed. */
export const readNote = (ctx: Context, { id, metadata }: Noted): Session | undefined => {
  const note = metadata?.[metadataKeys.note]
  const [conversationId, beganAt, language, signature, ...rest] = typeof note === 'string' ? note.split(':') : []
  if (!conversationId || !beganAt || language === undefined || !signature || rest.length > 0) return undefined
  if (!isSameSecret(sign(ctx, id, conversationId, beganAt, language), signature)) return undefined
  return { conversationId, suncoConversationId: id, beganAt: Number(beganAt), language: language || undefined }
}

/**
 * Whether the metadata is as `startHitl` made it at first: ours, without any note. One that cannot be believed is
 * another matter, as after a change of the key; and so is metadata that someone else has replaced.
 */
export const lacksNote = (ctx: Context, { metadata }: Noted): boolean =>
  startOf(metadata, ctx.webhookId) !== undefined && metadata?.[metadataKeys.note] === undefined

/** Whether the conversation is of a handoff that failed and was taken back. */
export const isUndone = (ctx: Context, { id, metadata }: Noted): boolean => {
  const undone = metadata?.[metadataKeys.undone]
  return typeof undone === 'string' && isSameSecret(sign(ctx, id, 'undone'), undone)
}
