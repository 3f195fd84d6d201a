import type { HandlerContext, Installation } from '../botpress'
import { keepPlace } from '../installation/state'
import { afresh, within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { whileTime } from '../platform/while-time'
import { withClaim } from '../session/claim'
import { toEndReason } from '../session/end-reason'
import { findConversation, newestFirst } from '../session/find'
import { isDone, type ConversationRecord } from '../session/tags'
import { connectSupport, connectSupportFor, type SupportConnection } from './access'
import { describeFailure, wasRefused } from './error'
import { endNoteText } from './end-note'
import { changeTicket, linkTicket, nameTicket } from './tickets'

/** Time for the tickets of one webhook request, in milliseconds. */
const requestBudgetMs = 4_000
/** Time for one run over all tickets, in milliseconds: `register` has other things to do. */
const runBudgetMs = 8_000
/** No further tickets are begun when less than this is left, in milliseconds. */
const reserveMs = 4_000
/** Sessions of one run. */
const mostDue = 100
/** Sessions are looked for this long, in milliseconds: most that are listed need nothing. */
const searchTakesMs = 2_000
/** What could not be put back in the time of the work gets time of its own, in milliseconds. */
const restoreTakesMs = 1_500
/** What could not be done by this long after the end is given up, in milliseconds. */
const givenUpAfterMs = 24 * 60 * 60_000

/** A session whose ticket is to be seen to. */
export type SessionToSettle = {
  suncoConversationId: string
  /** Botpress id; looked up where it is left out. */
  conversationId?: string
  /** Whether the session is over for certain. */
  isOver: boolean
}

/** See `index.ts`. */
export const settleTickets = async (context: HandlerContext, sessions: SessionToSettle[]): Promise<void> => {
  const settling = within(context, requestBudgetMs)
  const bySession = new Map(sessions.map((session) => [session.suncoConversationId, session]))
  await sideBySide([...bySession.values()].map((session) => attempt(context, () => settleOne(settling, session))))
}

/** See `index.ts`. */
export const settleDueTickets = async (context: HandlerContext, installation: Installation): Promise<void> => {
  const settling = within(context, runBudgetMs)
  const { settledUntil } = installation
  await attempt(context, async () => {
    const { due, next } = await listDue(settling, settledUntil)
    const count = await whileTime(settling.deadline, reserveMs, due, (found) =>
      attempt(context, () => settleLater(settling, found))
    )
    const place = count < due.length ? (due[count - 1]?.createdAt ?? settledUntil) : next
    await keepPlace(context, installation, { settledUntil: place })
  })
}

/**
 * Sessions with something left to do on their ticket, the newest first, and where the next run begins: undefined stands
 * for the newest. Live sessions whose ticket was found and named are left out.
 */
const listDue = async (
  { client }: HandlerContext,
  beforeDate: string | undefined
): Promise<{ due: ConversationRecord[]; next?: string }> => {
  const due: ConversationRecord[] = []
  const until = Date.now() + searchTakesMs
  let last: ConversationRecord | undefined
  let nextToken: string | undefined
  do {
    const page = await client.listConversations({
      channel: 'hitl',
      tags: { ticketDue: 'true' },
      ...newestFirst,
      ...(beforeDate && { beforeDate }),
      nextToken,
    })
    last = page.conversations.at(-1)
    due.push(...page.conversations.filter(isAnythingDue))
    nextToken = page.meta.nextToken
  } while (nextToken && due.length < mostDue && Date.now() < until)
  return { due, next: nextToken && last?.createdAt }
}

const settleLater = async (context: HandlerContext, found: ConversationRecord): Promise<void> => {
  const isGivenUp = Date.now() - Date.parse(found.tags.endedAt ?? '') > givenUpAfterMs
  if (!isGivenUp) return settle(context, found, isDone(found))
  await context.client.updateConversation({ id: found.id, tags: { ticketDue: '', ticketSubject: '' } })
}

/** Never rejects. Where the tag `ticketDue` still stands, the hourly check tries again. */
const attempt = async ({ logger }: HandlerContext, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    logger.warn(`The ticket of a session could not be looked after (${describeFailure(error)}).`)
  }
}

/** Nothing is, while a session runs whose ticket was found and named. */
const isAnythingDue = (conversation: ConversationRecord): boolean => {
  const { ticketId, ticketSubject } = conversation.tags
  return isDone(conversation) || !ticketId || Boolean(ticketSubject)
}

const settleOne = async (context: HandlerContext, session: SessionToSettle): Promise<void> => {
  const { suncoConversationId, conversationId } = session
  const conversation = conversationId
    ? (await context.client.getConversation({ id: conversationId })).conversation
    : await findConversation(context, suncoConversationId)
  if (conversation?.tags.ticketDue) await settle(context, conversation, session.isOver)
}

const settle = async (
  context: HandlerContext,
  conversation: ConversationRecord,
  isSessionOver: boolean
): Promise<void> => {
  const connection = await connectSupport(context)
  if (!connection) return
  const ticketId = await linkTicket(context, connection, conversation)
  if (!ticketId) return
  await nameTicket(context, connection, conversation, ticketId)
  // The note names the reason: control may have been released before that was written down.
  if (isSessionOver && conversation.tags.endReason) await finish(context, connection, conversation, ticketId)
}

/** The last that is done with a ticket: an internal note about the end, where the configuration says so. */
const finish = async (
  context: HandlerContext,
  connection: SupportConnection,
  { id, tags }: ConversationRecord,
  ticketId: string
): Promise<void> => {
  const mark = ({ client }: HandlerContext, ticketDue: string): Promise<unknown> =>
    client.updateConversation({ id, tags: { ticketDue } })
  if (!context.ctx.configuration.noteOnEnd) {
    await mark(context, '')
    return
  }
  const body = endNoteText({
    reason: toEndReason(tags.endReason ?? ''),
    startedAt: tags.startedAt,
    endedAt: tags.endedAt,
  })
  const leave = async (leased: HandlerContext): Promise<void> => {
    // First, so that it is not left twice where a process dies.
    await mark(leased, '')
    // Comments are public unless they say otherwise; whether the customer would get one is not documented.
    await changeTicket(connectSupportFor(leased, connection), ticketId, { comment: { body, public: false } })
  }
  await withClaim({
    context,
    conversationId: id,
    subject: 'endNote',
    isDone: async ({ client }) => !(await client.getConversation({ id })).conversation.tags.ticketDue,
    // A failure is no reason to keep the claim, which others of this conversation would wait for.
    effect: (leased) =>
      attempt(context, () =>
        leave(leased).catch(async (error: unknown) => {
          if (wasRefused(error)) await mark(afresh(leased, restoreTakesMs), 'true')
          throw error
        })
      ),
  })
}
