import type { Channel } from '../botpress'
import { openInstallation } from '../install/installation'
import { problem, reasonOf, safely } from '../problems'
import { stoppedByBot } from '../handoff/stop-hitl'
import { inOrder } from '../session/in-order'
import { isSuncoError } from '../sunco/error'
import { postInOrder } from '../session/post'
import type { Author } from '../sunco/types'
import { toContents, toPlain, type Outgoing } from './content'
import { withOwnMedia } from './own-media'

type AnyMessageProps = Parameters<Channel[keyof Channel]>[0]

/** A tag holds 500 characters: twenty ids of 24 with their commas. */
const longestTag = 500

/** The customer speaks where the plugin says so; everything else is a notice of the bot's. */
const authorOf = ({ payload, conversation }: AnyMessageProps): Author => {
  const suncoUserId = conversation.tags.userId
  return payload.userId && suncoUserId ? { type: 'user', userId: suncoUserId } : { type: 'business' }
}

/**
 * Carries one message to the agent: the post goes out first, with nothing before it, then its id is acknowledged. Messages
 * of one conversation keep their order within a process. Rejects with a RuntimeError that says why.
 */
const deliver = async (props: AnyMessageProps, message: Outgoing): Promise<void> => {
  const { conversation, ack, logger } = props
  const { id: suncoConversationId, endReason } = conversation.tags
  if (!suncoConversationId) throw problem('unknownSession')
  // Delivered before: Botpress may hand over the same message twice.
  if (props.message.tags.id) return
  const author = authorOf(props)
  // The plugin's farewell may arrive just after our own release; as a business message it opens no new ticket.
  const isFarewell = author.type === 'business' && endReason === stoppedByBot
  if (endReason && !isFarewell) throw problem('sessionOver', endReason)

  const opened = await openInstallation(props)
  const { sunco } = opened
  const ids = await inOrder(`post/${suncoConversationId}`, async () => {
    try {
      const contents = await Promise.all(
        toContents(message).map((content) => withOwnMedia(props, opened, suncoConversationId, content))
      )
      const posts = contents.map((content) => ({ author, content, plain: toPlain(content) }))
      return await postInOrder(sunco, suncoConversationId, props.message.id, posts)
    } catch (error) {
      throw explain(error)
    }
  })
  if (ids.length === 0) return
  // The agent has the message: a lost acknowledgement must not turn it into a failure.
  await ack({ tags: { id: joinIds(ids) } }).catch(() =>
    logger.forBot().warn('A delivered message was not acknowledged.')
  )
}

const joinIds = (ids: string[]): string => {
  let joined = ids[0] ?? ''
  for (const id of ids.slice(1)) {
    if (joined.length + 1 + id.length > longestTag) break
    joined += `,${id}`
  }
  return joined
}

const explain = (error: unknown): unknown => {
  if (!isSuncoError(error)) return error
  if (error.status === 423) return problem('conversationFull')
  if (error.status === 404) return problem('conversationGone')
  return problem('notDelivered', reasonOf(error))
}

/** One handler per message type of the `hitl` channel. */
export const hitlMessages: Channel = {
  text: safely((props) => deliver(props, { type: 'text', payload: props.payload })),
  image: safely((props) => deliver(props, { type: 'image', payload: props.payload })),
  audio: safely((props) => deliver(props, { type: 'audio', payload: props.payload })),
  video: safely((props) => deliver(props, { type: 'video', payload: props.payload })),
  file: safely((props) => deliver(props, { type: 'file', payload: props.payload })),
  bloc: safely((props) => deliver(props, { type: 'bloc', payload: props.payload })),
}
