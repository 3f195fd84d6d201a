import type { HitlMessage } from '../botpress'
import { openInstallation, openFor, type OpenInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import type { Channel } from '../platform/sdk'
import { sideBySide } from '../platform/side-by-side'
import { problem } from '../problems'
import { endSession, tellEndAgain } from '../reconcile/end'
import { release } from '../reconcile/release'
import { toEndReason } from '../session/end-reason'
import type { Session } from '../session/note'
import { findPosted, postInOrder, type Post } from '../session/post'
import { isDone, sessionOf } from '../session/tags'
import { isGone, isSuncoError } from '../sunco/error'
import type { Author } from '../sunco/types'
import { acknowledgementOf } from './acknowledgement'
import { toContents, toPlain } from './content'
import { withOwnMedia } from './media'
import { SessionOver, waitForTurn } from './turn'

type MessageProps = Parameters<Channel[keyof Channel]>[0]

/** A message that is older than this, in milliseconds, may have been handed over before. */
const firstHandOverMs = 2_000
/** How long the search for it may take, in milliseconds. */
const searchTakesMs = 5_000
/** What became of a message is not worth a longer wait, in milliseconds. */
const tagTakesMs = 5_000
/** A customer's message so long after the bot was told of an end, in milliseconds, shows that it has not heard. */
const heardAfterMs = 30_000
/** Telling the bot of an end does not wait longer for the release before it, in milliseconds. */
const releaseTakesMs = 5_000
/**
 * The files of one message that lie at Zendesk are copied within this time, in milliseconds, or their links are posted.
 */
const copiesTakeMs = 20_000

/** The customer speaks where the plugin says so; everything else is a notice of the bot's. */
const authorOf = ({ payload, conversation }: MessageProps): Author => {
  const { userExternalId } = conversation.tags
  return payload.userId && userExternalId ? { type: 'user', userExternalId } : { type: 'business' }
}

/**
 * Carries one message to the agent: asks at once whether it is its turn and whether the session is live, posts it, and
 * acknowledges the ids of its posts. Rejects with a RuntimeError that says why it was not delivered.
 */
export const deliver = async (props: MessageProps, outgoing: HitlMessage): Promise<void> => {
  const { conversation, message } = props
  const session = sessionOf(conversation)
  if (!session) throw problem('unknownSession')
  // Delivered before, by whatever process.
  if (message.tags.id) return
  try {
    const acknowledgement = await post(props, session, outgoing)
    // The agent has the message: a lost acknowledgement must not turn it into a failure.
    await tag(props, acknowledgement)
  } catch (error) {
    // Those behind it need not wait for it.
    await tag(props, { refused: 'true' })
    throw error
  }
}

const tag = async (props: MessageProps, tags: Record<string, string>): Promise<void> => {
  const { client, logger, message } = within(props, tagTakesMs)
  await client
    .updateMessage({ id: message.id, tags })
    .catch(() => logger.forBot().warn('What became of a message could not be noted.'))
}

const post = async (props: MessageProps, session: Session, outgoing: HitlMessage): Promise<Record<string, string>> => {
  const { conversation, message } = props
  const { endReason } = conversation.tags
  const author = authorOf(props)
  const isFromCustomer = author.type === 'user'
  await tellOfEnd(props, session, isFromCustomer)
  // The plugin's farewell may arrive just after our own release; as a business message it opens no new ticket.
  const isFarewell = !isFromCustomer && endReason === 'stopHitl'
  if (endReason && !isFarewell) throw problem('sessionOver', endReason)

  const opened = await openInstallation(props)
  try {
    // What has to be copied is copied beside the wait: the post follows the look at once.
    const [turn, posts] = await sideBySide([
      waitForTurn({ context: props, opened, session, message, isFromCustomer }),
      toPosts(props, opened, session, author, outgoing),
    ])
    const posted = await findPostedBefore(props, opened, session, turn.hasWaited)
    await turn.check()
    const ids = await postInOrder(props, opened.sunco, session.suncoConversationId, message.id, posts, {
      posted,
      check: turn.check,
    })
    return acknowledgementOf(ids)
  } catch (error) {
    if (error instanceof SessionOver) {
      await passOn(props, () => endSession(props, session, error.reason))
      throw error.reason === 'conversationRemoved' ? problem('conversationGone') : problem('sessionOver', error.reason)
    }
    if (isGone(error)) {
      // The conversation may be there and its user not: the agent is not to be left in it alone.
      await release(openFor(within(props, releaseTakesMs), opened), session).catch(() => undefined)
      await passOn(props, () => endSession(props, session, 'conversationRemoved'))
    }
    throw explain(error)
  }
}

const toPosts = async (
  props: MessageProps,
  opened: OpenInstallation,
  { suncoConversationId }: Session,
  author: Author,
  outgoing: HitlMessage
): Promise<Post[]> => {
  const posts: Post[] = []
  const copying = { ...props, deadline: props.deadline.within(copiesTakeMs) }
  for (const part of toContents(outgoing)) {
    const content = await withOwnMedia(copying, opened, suncoConversationId, part)
    posts.push({ author, content, plain: toPlain(content) })
  }
  return posts
}

/**
 * What was posted of a message that may have been handed over before, or to another process meanwhile. One that comes
 * for the first time and did not wait is not looked for. What cannot be found out keeps back only a message that was
 * refused before.
 */
const findPostedBefore = async (
  props: MessageProps,
  opened: OpenInstallation,
  { suncoConversationId }: Session,
  hasWaited: boolean
): Promise<Map<number, string>> => {
  const { message } = props
  const isOld = Date.now() - Date.parse(message.createdAt) > firstHandOverMs
  const isRepeated = Boolean(message.tags.refused)
  if (!isRepeated && !hasWaited && !isOld) return new Map()
  try {
    return await findPosted(openFor(within(props, searchTakesMs), opened).sunco, suncoConversationId, message.id)
  } catch (error) {
    if (isRepeated) throw error
    props.logger.warn(`Whether a message is in Zendesk could not be found out (${reasonOf(error)}).`)
    return new Map()
  }
}

/** Sees to it that the bot knows of a session that it has not ended itself and that is over. */
const tellOfEnd = async (props: MessageProps, session: Session, isFromCustomer: boolean): Promise<void> => {
  const { conversation, message } = props
  const { endReason, endedAt } = conversation.tags
  if (!endReason || endReason === 'stopHitl') return
  const at = Date.parse(endedAt ?? '') || undefined
  // Whoever was telling it may have died.
  if (!isDone(conversation)) return passOn(props, () => endSession(props, session, toEndReason(endReason), at))
  const since = Date.parse(message.createdAt) - heardAfterMs
  if (isFromCustomer && at && at < since) await passOn(props, () => tellEndAgain(props, session, since))
}

/** What fails here is left to the next message, and to the hourly check. */
const passOn = async ({ logger }: MessageProps, telling: () => Promise<void>): Promise<void> => {
  await telling().catch((error: unknown) =>
    logger.warn(`The end of a session could not be passed on (${reasonOf(error)}).`)
  )
}

const explain = (error: unknown): unknown => {
  if (!isSuncoError(error)) return error
  if (error.status === 423) return problem('conversationFull')
  if (isGone(error)) return problem('conversationGone')
  return problem('notDelivered', reasonOf(error))
}
