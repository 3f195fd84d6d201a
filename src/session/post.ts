import type { HandlerContext } from '../botpress'
import type { SuncoClient } from '../sunco/client'
import { isSuncoError } from '../sunco/error'
import { makeOnce } from '../sunco/make-once'
import type { Content, Message, MessagePost } from '../sunco/types'
import { markMessage, partOf } from './mark'

/** A message with what to say instead where Sunco refuses its form. */
export type Post = Pick<MessagePost, 'author' | 'content'> & { plain?: Content }

type PostOptions = {
  /** Sunco ids of those that an earlier try has posted, by part; they are not posted again. */
  posted?: ReadonlyMap<number, string>
  /** Called before each further part and each repetition; rejects where nothing may be posted any more. */
  check?: () => Promise<void>
}

/**
 * Posts messages one after the other and returns the id of each. Every message is marked, so that one whose fate is
 * unknown is looked for before another try. Rejects with SuncoError.
 * @param name what the messages belong to, for example a Botpress message id; goes into their metadata
 */
export const postInOrder = async (
  { deadline }: Pick<HandlerContext, 'deadline'>,
  sunco: SuncoClient,
  suncoConversationId: string,
  name: string,
  posts: Post[],
  { posted, check }: PostOptions = {}
): Promise<string[]> => {
  const postPart = (part: number, { author, content }: Post): Promise<Message | undefined> => {
    const marked = { author, content, metadata: markMessage(name, part, part === posts.length - 1) }
    return makeOnce({
      deadline,
      make: async () => (await sunco.postMessage(suncoConversationId, marked))[0],
      find: async () => {
        const messages = await sunco.listNewestMessages(suncoConversationId)
        return messages.find((message) => partOf(message.metadata, name) === part)
      },
      check,
    })
  }

  const ids: (string | undefined)[] = []
  for (const [part, post] of posts.entries()) {
    const known = posted?.get(part)
    if (known !== undefined) {
      ids.push(known)
      continue
    }
    if (part > 0) await check?.()
    const message = await postPart(part, post).catch((error: unknown) => {
      const { plain } = post
      if (plain && isSuncoError(error) && error.status === 400) return postPart(part, { ...post, content: plain })
      throw error
    })
    ids.push(message?.id)
  }
  return ids.filter((id) => id !== undefined)
}

/** Sunco ids of the messages of a name that the conversation has already, by part. */
export const findPosted = async (
  sunco: SuncoClient,
  suncoConversationId: string,
  name: string
): Promise<Map<number, string>> => {
  const messages = await sunco.listNewestMessages(suncoConversationId)
  const posted = new Map<number, string>()
  for (const { id, metadata } of messages) {
    const part = partOf(metadata, name)
    if (part !== undefined) posted.set(part, id)
  }
  return posted
}
