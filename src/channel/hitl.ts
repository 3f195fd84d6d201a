import { LRUCache } from 'lru-cache'
import type { Channel } from '../botpress'
import { withinBudget } from '../deadline'
import { openInstallation } from '../install/installation'
import { problem, reasonOf, safely } from '../problems'
import { stoppedByBot } from '../handoff/stop-hitl'
import { inOrder } from '../session/in-order'
import { forgetSession, hasSeenAll, postKey } from '../session/session'
import { isGone, isSuncoError } from '../sunco/error'
import { findPosted, postInOrder, type Post } from '../session/post'
import type { SuncoClient } from '../sunco/client'
import type { Author } from '../sunco/types'
import { toContents, toPlain, type Outgoing } from './content'
import { lookBack, patienceMs } from './look-back'
import { withOwnMedia } from './own-media'

type AnyMessageProps = Parameters<Channel[keyof Channel]>[0]

/** A tag holds 500 characters: twenty ids of 24 with their commas. */
const longestTag = 500

/** The customer speaks where the plugin says so; everything else is a notice of the bot's. */
const authorOf = ({ payload, conversation }: AnyMessageProps): Author => {
  const { userExternalId } = conversation.tags
  return payload.userId && userExternalId ? { type: 'user', userExternalId } : { type: 'business' }
}

/** Messages on their way or delivered, by installation: Botpress may hand over the same one twice, also at once. */
const deliveries = new LRUCache<string, Promise<void>>({ max: 5_000, ttl: 10 * 60_000 })

/** Messages whose delivery failed here, perhaps halfway. */
const failed = new LRUCache<string, true>({ max: 5_000, ttl: 10 * 60_000 })
/** A message that is older than this, in milliseconds, may have been handed over before. */
const firstHandOverMs = 5_000

const keyOf = ({ ctx, message }: AnyMessageProps): string => `${ctx.webhookId}/${message.id}`

/** What was posted of the message already, be it by another process: nothing, and no call, for one that comes for the first time. */
const postedOf = async (props: AnyMessageProps, sunco: SuncoClient, suncoConversationId: string): Promise<string[]> => {
  const age = Date.now() - Date.parse(props.message.createdAt)
  const isRepeated = failed.has(keyOf(props)) || age > firstHandOverMs
  if (!isRepeated && hasSeenAll(props.ctx, suncoConversationId)) return []
  const finding = findPosted(sunco, suncoConversationId, props.message.id)
  // In a process that may just have taken over, a look for what is not likely to be there must not keep the message back.
  return isRepeated ? finding : finding.catch(() => [])
}

const deliverOnce = (props: AnyMessageProps, message: Outgoing): Promise<void> => {
  const key = keyOf(props)
  const running = deliveries.get(key)
  if (running) return running
  const delivery = deliver(props, message).catch((error: unknown) => {
    deliveries.delete(key)
    failed.set(key, true)
    throw error
  })
  deliveries.set(key, delivery)
  return delivery
}

/**
 * Carries one message to the agent: the post goes out first, with nothing before it where this process knows the session,
 * then its id is acknowledged. Messages of one conversation keep their order within a process. Rejects with a RuntimeError
 * that says why.
 */
const deliver = async (props: AnyMessageProps, message: Outgoing): Promise<void> => {
  const { conversation, ack, logger, ctx } = props
  const { id: suncoConversationId, endReason } = conversation.tags
  if (!suncoConversationId) throw problem('unknownSession')
  // Delivered before, by whatever process.
  if (props.message.tags.id) return
  const author = authorOf(props)
  // The plugin's farewell may arrive just after our own release; as a business message it opens no new ticket.
  const isFarewell = author.type === 'business' && endReason === stoppedByBot
  if (endReason && !isFarewell) throw problem('sessionOver', endReason)

  const opened = await openInstallation(props)
  const { sunco } = opened
  const [ids, rest] = await inOrder(postKey(ctx, suncoConversationId), async () => {
    try {
      const [found, posted] = await Promise.all([
        author.type === 'user' ? lookBack(props, conversation) : undefined,
        withinBudget(patienceMs, () => postedOf(props, sunco, suncoConversationId)),
      ])
      if (found?.over) throw problem('sessionOver', found.over)
      const posts: Post[] = []
      for (const part of toContents(message)) {
        const content = await withOwnMedia(props, opened, suncoConversationId, part)
        posts.push({ author, content, plain: toPlain(content) })
      }
      return [await postInOrder(sunco, suncoConversationId, props.message.id, posts, posted), found?.rest] as const
    } catch (error) {
      if (isGone(error)) {
        forgetSession(ctx, suncoConversationId)
        await lookBack(props, conversation)
      }
      throw explain(error)
    }
  })
  if (ids.length === 0) return
  // The agent has the message: a lost acknowledgement must not turn it into a failure.
  const acknowledged = ack({ tags: toTags(ids) }).catch(() =>
    logger.forBot().warn('A delivered message was not acknowledged.')
  )
  await Promise.all([acknowledged, rest?.()])
}

/** The ids of up to forty parts, which is a text of 160,000 characters; ids of parts beyond that are not kept. */
const toTags = (ids: string[]): { id: string; moreIds?: string } => {
  const [id = '', moreIds] = pack(ids)
  return { id, ...(moreIds && { moreIds }) }
}

/** Joins ids into as few lists as fit into a tag each. */
const pack = (ids: string[]): string[] =>
  ids.reduce<string[]>((lists, id) => {
    const last = lists.at(-1)
    if (last === undefined || last.length + 1 + id.length > longestTag) return [...lists, id]
    return [...lists.slice(0, -1), `${last},${id}`]
  }, [])

const explain = (error: unknown): unknown => {
  if (!isSuncoError(error)) return error
  if (error.status === 423) return problem('conversationFull')
  if (error.status === 404) return problem('conversationGone')
  return problem('notDelivered', reasonOf(error))
}

/** One handler per message type of the `hitl` channel. */
export const hitlMessages: Channel = {
  text: safely((props) => deliverOnce(props, { type: 'text', payload: props.payload })),
  image: safely((props) => deliverOnce(props, { type: 'image', payload: props.payload })),
  audio: safely((props) => deliverOnce(props, { type: 'audio', payload: props.payload })),
  video: safely((props) => deliverOnce(props, { type: 'video', payload: props.payload })),
  file: safely((props) => deliverOnce(props, { type: 'file', payload: props.payload })),
  bloc: safely((props) => deliverOnce(props, { type: 'bloc', payload: props.payload })),
}
