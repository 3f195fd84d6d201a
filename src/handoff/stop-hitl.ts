import type { Actions, HandlerContext } from '../botpress'
import { openInstallation, type OpenInstallation } from '../installation/open'
import { isMissing, reasonOf } from '../platform/failure'
import { afresh, within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { isProblem, problem } from '../problems'
import { agentTagsLacking, listDelivered, type Delivered } from '../reconcile/delivered'
import { release } from '../reconcile/release'
import type { Session } from '../session/note'
import {
  endTags,
  isDone,
  noLongerLive,
  sessionOf,
  stillLive,
  stopDue,
  stopPutOff,
  type ConversationRecord,
} from '../session/tags'
import { findOnTheirWay } from '../session/on-their-way'

/** Kept for taking the mark back where the release failed, in milliseconds. */
const undoBudgetMs = 6_000
/** The bot does not wait longer for what is good to know, or for messages that are on their way, in milliseconds. */
const botWaitsMs = 5_000
/** Tags that cannot be written are not worth a longer wait, in milliseconds. */
const tagsTakeMs = 5_000
/** Between two looks at messages that are on their way, in milliseconds. */
const lookMs = 100

type Props = Parameters<Actions['stopHitl']>[0]

/**
 * Takes the customer back: marks the session as over, lets messages that are on their way arrive, such as the plugin's
 * farewell, and releases control, which works whoever holds it. A message that is handed over now either carries the
 * mark, or was there before it and is waited for. A session that is over already is left as it is.
 */
export const stopHitl: Actions['stopHitl'] = async (props) => {
  const { conversation, delivered, ...opened } = await read(props)
  const session = sessionOf(conversation)
  if (!session) throw problem('unknownSession')
  const { endReason, endedAt } = conversation.tags
  // One that was begun and not finished is finished now.
  if (isDone(conversation) || (endReason && endReason !== 'stopHitl')) return {}

  const tags = {
    ...endTags('stopHitl', Date.parse(endedAt ?? '') || undefined),
    ...agentTagsLacking(conversation, delivered),
  }
  // Sessions of version 1.0 bear no tag `live`: without it, a stop that is left halfway would count as done.
  await writeTags(props, { id: conversation.id, tags: { ...tags, ...stillLive } })
  await waitForMessages(props, session)
  try {
    await release(opened, session)
  } catch (error) {
    await goOn(afresh(props, undoBudgetMs), conversation.id).catch(() => undefined)
    throw problem('stopFailed', reasonOf(error))
  }
  // All of them again: the first time may have failed.
  await writeTags(props, { id: conversation.id, tags: { ...tags, ...noLongerLive } })
  return {}
}

type Standing = OpenInstallation & {
  conversation: ConversationRecord
  delivered: Partial<Delivered>
}

/**
 * What has to be known before anything is done. The plugin lets the customer go whatever becomes of this action, and
 * does not try again: where Botpress fails, the hourly check is to end the session, in which the agent would go on
 * speaking to nobody.
 */
const read = async (props: Props): Promise<Standing> => {
  const { client, input } = props
  try {
    const [{ conversation }, opened, delivered] = await sideBySide([
      client.getConversation({ id: input.conversationId }),
      openInstallation(props),
      // Who spoke is good to know, and no reason to keep a customer.
      listDelivered(within(props, botWaitsMs), input).catch(() => ({})),
    ])
    return { ...opened, conversation, delivered }
  } catch (error) {
    if (isMissing(error)) throw problem('unknownSession')
    if (isProblem(error)) throw error
    const undoing = afresh(props, undoBudgetMs)
    const isPutOff = await undoing.client.updateConversation({ id: input.conversationId, tags: stopDue }).then(
      () => true,
      () => false
    )
    throw problem(isPutOff ? 'stopFailed' : 'unexpected', reasonOf(error))
  }
}

/** The release counts: a tag that could not be changed must not keep the customer from being told. */
const writeTags = async (
  context: HandlerContext,
  change: Parameters<HandlerContext['client']['updateConversation']>[0]
): Promise<void> => {
  const { client, logger } = within(context, tagsTakeMs)
  await client
    .updateConversation(change)
    .catch((error: unknown) => logger.warn(`The end of a session could not be noted (${reasonOf(error)}).`))
}

/**
 * The session goes on until the hourly check ends it, unless another process has ended it meanwhile. It may bear no
 * mark of an end: that may have failed as well.
 */
const goOn = async ({ client }: HandlerContext, id: string): Promise<void> => {
  const { conversation } = await client.getConversation({ id })
  const { endReason, live, startedAt } = conversation.tags
  // Sessions of version 1.0 bear neither tag.
  const isLive = live || !startedAt
  if (isLive && (!endReason || endReason === 'stopHitl')) await client.updateConversation({ id, tags: stopPutOff })
}

/** What cannot be found out does not keep the customer waiting. */
const waitForMessages = async (context: HandlerContext, { conversationId }: Session): Promise<void> => {
  const until = Date.now() + botWaitsMs
  const everything = { createdAt: new Date(until).toISOString(), id: '' }
  while (Date.now() < until) {
    const looking = within(context, until - Date.now())
    const onTheirWay = await findOnTheirWay(looking, conversationId, everything).catch(() => [])
    if (onTheirWay.length === 0) return
    await context.deadline.pause(lookMs)
  }
}
