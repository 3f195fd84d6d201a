import * as z from 'zod/mini'
import type { Actions, HandlerContext } from '../botpress'
import { openInstallation } from '../installation/open'
import { withinBudget } from '../platform/deadline'
import { isMissing, reasonOf } from '../platform/failure'
import { withClaim } from '../session/claim'
import { toEndReason } from '../session/end-reason'
import type { ConversationRecord } from '../session/tags'
import { isGone } from '../sunco/error'
import { connect, type Connection } from './access'
import { failureReasonOf, SupportError } from './error'
import { noteOf } from './note'
import { sessionTagOf } from './session-tag'

type Output = Awaited<ReturnType<Actions['getTicket']>>

/** No event of Zendesk's waits longer for its ticket, in milliseconds. */
const budgetMs = 4_000
/** The newest tickets of a person that are looked through. */
const pageSize = 10

const ticket = z.object({
  id: z.pipe(z.union([z.number(), z.string()]), z.transform(String)),
  status: z.nullish(z.string()),
  tags: z.nullish(z.array(z.string())),
})
const ticketPage = z.object({ tickets: z.array(ticket) })
const singleTicket = z.object({ ticket })

const urlOf = ({ host }: Connection, id: string): string => `${host}/agent/tickets/${id}`

/**
 * Sees to what is still to be done with a session's ticket: finds it and writes its number down, gives it its subject, and
 * notes the end where the configuration says so. Never rejects and takes seconds at most: what could not be done is logged,
 * and tried again at the next occasion.
 */
export const settleTicket = async (context: HandlerContext, conversationId: string): Promise<void> => {
  try {
    await withinBudget(budgetMs, async () => {
      const { conversation } = await context.client.getConversation({ id: conversationId })
      const { endReason, ticketNoted } = conversation.tags
      const isNoteDue = context.ctx.configuration.noteOnEnd && endReason && !ticketNoted
      if (isNamed(conversation) && !isNoteDue) return
      const connection = await connect(context)
      const ticketId = connection && (await nameTicket(context, connection, conversation))
      if (ticketId && isNoteDue) await noteEnd(context, connection, ticketId, conversation)
    })
  } catch (error) {
    context.logger.warn(`The ticket of a session could not be looked after (${describe(error)}).`)
  }
}

const describe = (error: unknown): string => (error instanceof SupportError ? error.message : reasonOf(error))

const isNamed = ({ tags }: ConversationRecord): boolean => Boolean(tags.ticketId) && !tags.ticketSubject

/** The number that was written down, unless it is of a Zendesk account that the configuration no longer names. */
const knownId = ({ tags }: ConversationRecord, connection: Connection): string | undefined =>
  tags.ticketId && tags.ticketUrl === urlOf(connection, tags.ticketId) ? tags.ticketId : undefined

/** Finds the ticket and gives it its subject, where that has not been done; returns its number, if it was found. */
const nameTicket = async (
  context: HandlerContext,
  connection: Connection,
  conversation: ConversationRecord
): Promise<string | undefined> => {
  const { id, tags } = conversation
  const known = knownId(conversation, connection)
  if (known && isNamed(conversation)) return known
  const ticketId = known ?? (await findTicket(context, connection, tags))
  if (!ticketId) return undefined
  const { ticketSubject: subject } = tags
  const change = (changed: Partial<ConversationRecord['tags']>): Promise<unknown> =>
    context.client.updateConversation({ id, tags: changed })
  // First, so that a subject is not given twice where a process dies: an agent may have chosen another one meanwhile.
  await change({ ticketId, ticketUrl: urlOf(connection, ticketId), ...(subject && { ticketSubject: '' }) })
  if (subject) {
    await changeTicket(connection, ticketId, { subject }).catch(async (error: unknown) => {
      await change({ ticketSubject: subject })
      throw error
    })
  }
  return ticketId
}

/** Leaves an internal note about the end, once, however many processes hear of the end. */
const noteEnd = async (
  context: HandlerContext,
  connection: Connection,
  ticketId: string,
  { id, tags }: ConversationRecord
): Promise<void> => {
  const { client } = context
  const change = (ticketNoted: string): Promise<unknown> => client.updateConversation({ id, tags: { ticketNoted } })
  const body = noteOf({ reason: toEndReason(tags.endReason ?? ''), startedAt: tags.startedAt, endedAt: tags.endedAt })
  await withClaim({
    context,
    conversationId: id,
    subject: 'note',
    isDone: async () => Boolean((await client.getConversation({ id })).conversation.tags.ticketNoted),
    effect: async () => {
      await change('true')
      // Zendesk would show the customer a comment that does not say that it is not public.
      const comment = { body, public: false }
      await changeTicket(connection, ticketId, { comment }).catch(async (error: unknown) => {
        // Without an answer, the note may be there.
        if (error instanceof SupportError && error.status !== undefined) await change('')
        throw error
      })
    },
  })
}

/** Rejects where the change may succeed later. */
const changeTicket = async ({ support }: Connection, id: string, change: object): Promise<void> => {
  const attempt = (): Promise<void> => support.put('change ticket', `/api/v2/tickets/${id}`, { ticket: change })
  try {
    await attempt().catch((error: unknown) => {
      // Someone else has changed it at the same moment.
      if (error instanceof SupportError && error.status === 409) return attempt()
      throw error
    })
  } catch (error) {
    if (!isFinal(error)) throw error
  }
}

/** Nothing more is to be done with a ticket that is closed or gone. */
const isFinal = (error: unknown): boolean =>
  error instanceof SupportError && (error.status === 404 || error.status === 422)

/**
 * The ticket among the newest of the person whom the session belongs to, by the tag that `startHitl` gave it. A new ticket may
 * be missing in the list for a minute or more, and Zendesk may not have linked the person yet.
 */
const findTicket = async (
  context: HandlerContext,
  { support }: Connection,
  tags: ConversationRecord['tags']
): Promise<string | undefined> => {
  if (!tags.id || !tags.userExternalId) return undefined
  const { sunco } = await openInstallation(context)
  const user = await sunco.getUser(tags.userExternalId).catch((error: unknown) => {
    if (isGone(error)) return undefined
    throw error
  })
  if (!user?.zendeskId || !/^\d+$/.test(user.zendeskId)) return undefined
  const path = `/api/v2/users/${user.zendeskId}/tickets/requested?sort=-id&page[size]=${pageSize}`
  const { tickets } = await support.get('list tickets', path, ticketPage)
  const tag = sessionTagOf(tags.id)
  return tickets.find((found) => found.tags?.includes(tag))?.id
}

/** The ticket of a session and how it stands. Never rejects. */
export const getTicket: Actions['getTicket'] = async (props) => {
  try {
    return await withinBudget(budgetMs, () => readTicket(props))
  } catch (error) {
    props.logger.warn(`The ticket of a session could not be read (${describe(error)}).`)
    return { reason: isMissing(error) ? 'noSession' : failureReasonOf(error) }
  }
}

const readTicket = async (props: Parameters<Actions['getTicket']>[0]): Promise<Output> => {
  const { conversation } = await props.client.getConversation({ id: props.input.conversationId })
  if (!conversation.tags.id) return { reason: 'noSession' }
  const connection = await connect(props)
  if (!connection) return { reason: 'notConfigured' }
  const ticketId = await nameTicket(props, connection, conversation)
  if (!ticketId) return { reason: 'notFound' }
  const found = { ticketId, ticketUrl: urlOf(connection, ticketId) }
  try {
    const { ticket: read } = await connection.support.get('read ticket', `/api/v2/tickets/${ticketId}`, singleTicket)
    return { ...found, ...(read.status && { status: read.status.toLowerCase() }) }
  } catch (error) {
    const isGoneThere = error instanceof SupportError && error.status === 404
    return { ...found, reason: isGoneThere ? 'notFound' : failureReasonOf(error) }
  }
}
