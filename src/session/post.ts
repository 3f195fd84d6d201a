import type { SuncoClient } from '../sunco/client'
import { isSuncoError } from '../sunco/error'
import { makeOnce } from '../sunco/make-once'
import type { Content, Message, MessagePost } from '../sunco/types'
import { isMarkedMessage, markMessage } from './mark'

/** A message with what to say instead where Sunco refuses its form. */
export type Post = MessagePost & { plain?: Content }

/**
 * Posts messages one after the other and returns the id of each. Every message is marked, so that one whose fate is
 * unknown is looked for before another try, and what was posted before a failure is not posted again. Rejects with
 * SuncoError.
 * @param name what the messages belong to, for example a Botpress message id; goes into their metadata
 */
export const postInOrder = async (
  sunco: SuncoClient,
  conversationId: string,
  name: string,
  posts: Post[]
): Promise<string[]> => {
  const postPart = (part: number, { author, content, metadata }: MessagePost): Promise<Message | undefined> => {
    const marked = { author, content, metadata: { ...metadata, ...markMessage(name, part) } }
    return makeOnce(
      async () => (await sunco.postMessage(conversationId, marked))[0],
      async () => {
        const messages = await sunco.listNewestMessages(conversationId)
        return messages.find((message) => isMarkedMessage(message.metadata, name, part))
      }
    )
  }

  const ids: string[] = []
  for (const [part, post] of posts.entries()) {
    const message = await postPart(part, post).catch((error: unknown) => {
      const { plain } = post
      if (plain && isSuncoError(error) && error.status === 400) return postPart(part, { ...post, content: plain })
      throw error
    })
    if (message) ids.push(message.id)
  }
  return ids
}
