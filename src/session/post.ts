import type { SuncoClient } from '../sunco/client'
import { isSuncoError } from '../sunco/error'
import { makeOnce } from '../sunco/make-once'
import type { Content, Message, MessagePost } from '../sunco/types'
import { isMarkedMessage, markMessage, partOf } from './mark'

/** A message with what to say instead where Sunco refuses its form. */
export type Post = MessagePost & { plain?: Content }

/**
 * Posts messages one after the other and returns the id of each. Every message is marked, so that one whose fate is
 * unknown is looked for before another try. Rejects with SuncoError.
 * @param name what the messages belong to, for example a Botpress message id; goes into their metadata
 * @param ids of those that an earlier try has posted, which are not posted again; it grows with each that is
 */
export const postInOrder = async (
  sunco: SuncoClient,
  conversationId: string,
  name: string,
  posts: Post[],
  ids: string[] = []
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

  for (const [part, post] of posts.entries()) {
    if (ids[part] !== undefined) continue
    const message = await postPart(part, post).catch((error: unknown) => {
      const { plain } = post
      if (plain && isSuncoError(error) && error.status === 400) return postPart(part, { ...post, content: plain })
      throw error
    })
    ids[part] = message?.id ?? ''
  }
  return ids.filter(Boolean)
}

/** Ids of the messages of a name that the conversation has already, by part. One call. */
export const findPosted = async (sunco: SuncoClient, conversationId: string, name: string): Promise<string[]> => {
  const ids: string[] = []
  for (const { id, metadata } of await sunco.listNewestMessages(conversationId)) {
    const part = partOf(metadata, name)
    if (part !== undefined) ids[part] = id
  }
  return ids
}
