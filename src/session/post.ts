import { setTimeout as sleep } from 'node:timers/promises'
import { isMarkedMessage, markMessage } from './mark'
import type { SuncoClient } from '../sunco/client'
import { isSuncoError } from '../sunco/error'
import type { MessagePost } from '../sunco/types'

const mostAttempts = 4
/** A request whose answer got lost may still be at work when it is asked for. */
const settleMs = 300

/**
 * Posts messages one after the other and returns the id of each. A POST whose fate is unknown is not simply repeated:
 * the message carries a mark in its metadata, and the conversation is asked for it before another try. What was posted
 * before a failure is not posted again. Rejects with SuncoError.
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
    ids.push(await postOnce(sunco, conversationId, name, part, post))
  }
  return ids
}

const postOnce = async (
  sunco: SuncoClient,
  conversationId: string,
  name: string,
  part: number,
  post: MessagePost
): Promise<string> => {
  const marked = { ...post, metadata: { ...post.metadata, ...markMessage(name, part) } }
  for (let attempt = 1; ; attempt++) {
    try {
      const [message] = await sunco.postMessage(conversationId, marked)
      return message?.id ?? ''
    } catch (error) {
      if (!isSuncoError(error) || error.fate !== 'unknown' || attempt >= mostAttempts) throw error
      await sleep(settleMs * attempt)
      const messages = await sunco.listNewestMessages(conversationId)
      const posted = messages.find(({ metadata }) => isMarkedMessage(metadata, name, part))
      if (posted) return posted.id
    }
  }
}
