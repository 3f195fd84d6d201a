import type { SuncoClient } from '../sunco/client'
import { makeOnce } from '../sunco/make-once'
import type { MessagePost } from '../sunco/types'
import { isMarkedMessage, markMessage } from './mark'

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
  posts: MessagePost[]
): Promise<string[]> => {
  const ids: string[] = []
  for (const [part, post] of posts.entries()) {
    const marked = { ...post, metadata: { ...post.metadata, ...markMessage(name, part) } }
    const message = await makeOnce(
      async () => (await sunco.postMessage(conversationId, marked))[0],
      async () => {
        const messages = await sunco.listNewestMessages(conversationId)
        return messages.find(({ metadata }) => isMarkedMessage(metadata, name, part))
      }
    )
    if (message) ids.push(message.id)
  }
  return ids
}
