import { randomUUID } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { postInOrder } from '../session/post'

const fileName = 'transcript.txt'
/** Without it, a browser takes a text file for one in the language of Western Europe. */
const byteOrderMark = '\uFEFF'
/** The handoff does not wait longer for the file, in milliseconds. */
const uploadTakesMs = 8_000
/** Nor for its message, in milliseconds. */
const postTakesMs = 8_000

/**
 * Uploads the whole of what did not fit into the opening messages, and returns the file's URL, or undefined
 * where that failed: whatever happens here, the newest of the history stands in the messages.
 */
export const uploadTranscript = async (
  context: HandlerContext,
  opened: OpenInstallation,
  conversationId: string,
  transcript: string
): Promise<string | undefined> => {
  const source = Buffer.from(`${byteOrderMark}${transcript}`)
  const file = { filename: fileName, contentType: 'text/plain', source }
  try {
    const { sunco } = openFor(within(context, uploadTakesMs), opened)
    return await sunco.uploadAttachment(conversationId, file)
  } catch (error) {
    context.logger.forBot().warn(`The whole transcript could not be attached to the ticket (${reasonOf(error)}).`)
    return undefined
  }
}

/** Posts the file into the conversation. Never rejects. */
export const attachTranscript = async (
  context: HandlerContext,
  opened: OpenInstallation,
  conversationId: string,
  mediaUrl: string
): Promise<void> => {
  const content = { type: 'file', mediaUrl, altText: fileName } as const
  const posting = within(context, postTakesMs)
  try {
    const posts = [{ author: { type: 'business' }, content } as const]
    await postInOrder(posting, openFor(posting, opened).sunco, conversationId, `transcript-${randomUUID()}`, posts)
  } catch (error) {
    context.logger.forBot().warn(`The whole transcript could not be attached to the ticket (${reasonOf(error)}).`)
  }
}
