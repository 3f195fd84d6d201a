import { randomUUID } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import { withinBudget } from '../platform/deadline'
import { reasonOf } from '../platform/failure'
import { postInOrder } from '../session/post'
import type { SuncoClient } from '../sunco/client'

const fileName = 'transcript.txt'
/** The handoff does not wait longer for the file, in milliseconds. */
const uploadTakesMs = 8_000

/**
 * Uploads the whole of a history that did not fit into the opening messages, and returns the file's URL, or undefined where
 * that failed: whatever happens here, the newest of the history stands in the messages.
 */
export const uploadTranscript = async (
  { logger }: HandlerContext,
  sunco: SuncoClient,
  conversationId: string,
  transcript: string
): Promise<string | undefined> => {
  const file = { filename: fileName, contentType: 'text/plain', source: Buffer.from(transcript) }
  try {
    return await withinBudget(uploadTakesMs, () => sunco.uploadAttachment(conversationId, file))
  } catch (error) {
    logger.forBot().warn(`The whole transcript could not be attached to the ticket (${reasonOf(error)}).`)
    return undefined
  }
}

/** Posts the file into the conversation. Never rejects. */
export const attachTranscript = async (
  { logger }: HandlerContext,
  sunco: SuncoClient,
  conversationId: string,
  mediaUrl: string
): Promise<void> => {
  const content = { type: 'file', mediaUrl, altText: fileName } as const
  try {
    await postInOrder(sunco, conversationId, `transcript-${randomUUID()}`, [{ author: { type: 'business' }, content }])
  } catch (error) {
    logger.forBot().warn(`The whole transcript could not be attached to the ticket (${reasonOf(error)}).`)
  }
}
