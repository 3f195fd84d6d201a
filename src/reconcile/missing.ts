import type { HandlerContext } from '../botpress'
import { decideMessage, type SpokenMessage } from '../events/decide'
import { bySaid, firstSaid, parseMessage, saidAt, type WebhookMessage } from '../events/parse'
import { openInstallation } from '../installation/open'
import { isTransient, reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import type { Session } from '../session/note'
import type { Message } from '../sunco/types'
import { deliver } from '../to-customer/deliver'
import { isOverdue } from '../to-customer/patience'
import { listDelivered, type Delivered } from './delivered'

/** What Botpress lacks of what was said in Zendesk, in the order in which it was said, and what it has. */
export type Missing = { messages: SpokenMessage[]; delivered: Delivered }

/**
 * How long Sunco is asked about what was said before an overdue message, in milliseconds: time has to be left to bring
 * it all the same.
 */
const lateLookMs = 5_000
/** The same where no message is at hand: time has to be left to write down an end. */
const longestLookMs = 11_000

type Options = {
  /** The message of the event at hand. It counts as said whatever Sunco lists; what was said after it is left out. */
  message?: WebhookMessage
  /** Leaves out what was said after this time, in milliseconds since 1970. */
  before?: number
}

/**
 * Compares both sides of a session: order and completeness come from asking, since no process has seen all of it. It
 * looks as far back as the newest page of each side.
 */
export const findMissing = async (
  context: HandlerContext,
  session: Session,
  { message: own, before = Infinity }: Options = {}
): Promise<Missing> => {
  const isLate = own !== undefined && isOverdue(own)
  const asking = isLate ? within(context, lateLookMs) : own ? context : within(context, longestLookMs)
  const [listed, delivered] = await sideBySide([listSaid(asking, session, isLate), listDelivered(context, session)])
  const { ids, isCut, last } = delivered
  // Most of what is listed was delivered: it is told by its id, and read no further.
  const lacking = listed.filter(({ id }) => !ids.has(id))
  const isOtherLacking = lacking.some(({ id }) => id !== own?.id)
  // Where Botpress has more than its newest page, what was said before that page began was delivered long ago. Sunco's
  // time counts: a message may have come to Botpress long after it was said.
  const first = isCut && isOtherLacking ? firstSaid(listed.filter(({ id }) => ids.has(id))) : undefined
  const since = first ? saidAt(first) : 0
  const isWanted = (message: Message): boolean => {
    const at = saidAt(message)
    return at >= since && at <= before && (!own || bySaid(message, own) <= 0)
  }
  const wanted = lacking.filter((message) => message.id === own?.id || isWanted(message))
  const candidates = wanted.flatMap((message) => parseMessage(message) ?? [])
  if (own && !ids.has(own.id) && !candidates.some(({ id }) => id === own.id)) candidates.push(own)

  let isAgentAmong = false
  const messages = candidates.sort(bySaid).flatMap((message): SpokenMessage[] => {
    const decision = decideMessage(message, context.ctx)
    if (decision.kind === 'agentMessage') {
      isAgentAmong = true
      return [decision]
    }
    if (decision.kind !== 'automatedMessage') return []
    // Automated messages that came before an agent were left out on purpose.
    if (!isAgentAmong && !(last && (isCut || hasAgentSpoken(listed, delivered, message)))) return []
    // Those of before newer words were left out as well: the configuration says only since lately to pass them on.
    const isOld = listed.some((other) => ids.has(other.id) && bySaid(message, other) < 0)
    return message.id === own?.id || !isOld ? [decision] : []
  })
  return { messages, delivered }
}

/**
 * Whether one of the agents' messages was said before; where none of them is listed, they were said before the page
 * begins.
 */
const hasAgentSpoken = (listed: Message[], { ofAgents }: Delivered, message: Message): boolean => {
  const opening = firstSaid(listed.filter(({ id }) => ofAgents.has(id)))
  return !opening || bySaid(opening, message) < 0
}

/**
 * What Sunco says it has; nothing where it refuses for good, or still fails when the message at hand is overdue: one
 * read that cannot be had must not hold it back for ever.
 * @param isLate whether the message at hand is overdue
 */
const listSaid = async (
  context: HandlerContext,
  { suncoConversationId }: Session,
  isLate: boolean
): Promise<Message[]> => {
  try {
    const { sunco } = await openInstallation(context)
    return await sunco.listNewestMessages(suncoConversationId)
  } catch (error) {
    if (isTransient(error) && !isLate) throw error
    context.logger.warn(`Earlier messages could not be looked for (${reasonOf(error)}).`)
    return []
  }
}

/** Brings what is missing, one after the other. One that can never be brought does not keep the later ones back. */
export const bringMissing = async (context: HandlerContext, session: Session, missing: Missing): Promise<void> => {
  let { last } = missing.delivered
  for (const spoken of missing.messages) {
    try {
      last = await deliver(context, session, spoken, last)
    } catch (error) {
      if (isTransient(error)) throw error
      context.logger.forBot().error(`A message of an agent cannot be delivered (${reasonOf(error)}).`)
    }
  }
}
