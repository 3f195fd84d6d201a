import * as z from 'zod/mini'
import type { Actions, HandlerContext } from '../botpress'
import { openInstallation } from '../installation/open'
import { isMissing } from '../platform/failure'
import { afresh, within } from '../platform/handle'
import type { ConversationRecord } from '../session/tags'
import { isGone } from '../sunco/error'
import { connectSupport, connectSupportFor, type SupportConnection } from './access'
import { describeFailure, failureReasonOf, SupportError, wasRefused } from './error'
import { sessionTagOf } from './session-tag'

type Output = Awaited<ReturnType<Actions['getTicket']>>

/** Nobody waits longer for what is told of a ticket, in milliseconds. */
const budgetMs = 4_000
/** Kept for a look at what became of a change, in milliseconds. */
const lookBudgetMs = 1_500
/** The newest tickets of a person that are looked through. */
const pageSize = 10

const ticket = z.object({
  id: z.pipe(z.union([z.number(), z.string()]), z.transform(String)),
  subject: z.nullish(z.string()),
  status: z.nullish(z.string()),
  tags: z.nullish(z.array(z.string())),
})
type Ticket = z.output<typeof ticket>
const ticketPage = z.object({ tickets: z.array(ticket) })
const singleTicket = z.object({ ticket })

const urlOf = ({ access }: SupportConnection, id: string): string => `${access.host}/agent/tickets/${id}`

/**
 * The number of a session's ticket, or undefined where it is not found. It is looked for first where it is not kept, or
 * was kept for another account than the configuration names now.
 */
export const linkTicket = async (
  context: HandlerContext,
  connection: SupportConnection,
  { id, tags }: ConversationRecord
): Promise<string | undefined> => {
  if (tags.ticketId && tags.ticketUrl === urlOf(connection, tags.ticketId)) return tags.ticketId
  const ticketId = await findTicket(context, connection, tags)
  if (!ticketId) return undefined
  await context.client.updateConversation({ id, tags: { ticketId, ticketUrl: urlOf(connection, ticketId) } })
  return ticketId
}

/**
 * The ticket among the newest of the person whom the session belongs to, by the tag that `startHitl` gave it. A new
 * ticket may be missing in the list for a minute or more, and Zendesk may not have linked the person yet.
 */
const findTicket = async (
  context: HandlerContext,
  { support }: SupportConnection,
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
  // Newest first. A follow-up inherits the tags, so the oldest match is the session's own ticket.
  return tickets.findLast((found) => found.tags?.includes(tag))?.id
}

/** Gives a ticket the subject that its handoff named, once: an agent may choose another one afterwards. */
export const nameTicket = async (
  context: HandlerContext,
  connection: SupportConnection,
  { id, tags: { ticketSubject: subject } }: ConversationRecord,
  ticketId: string
): Promise<void> => {
  if (!subject) return
  const keep = ({ client }: HandlerContext, ticketSubject: string): Promise<unknown> =>
    client.updateConversation({ id, tags: { ticketSubject } })
  // First, so that it is not given twice where a process dies.
  await keep(context, '')
  try {
    await changeTicket(connection, ticketId, { subject })
  } catch (error) {
    const look = connectSupportFor(afresh(context, lookBudgetMs), connection)
    const found = wasRefused(error) ? undefined : readTicket(look, ticketId)
    // Given twice does less harm than not at all.
    const given = await found?.catch(() => undefined)
    if (given?.subject !== subject) await keep(afresh(context, lookBudgetMs), subject)
    throw error
  }
}

/**
 * Changes a ticket in one request. One that is gone (404) or takes no such change (422, as a closed one) is left as it
 * is, without an error.
 */
export const changeTicket = async ({ support }: SupportConnection, id: string, change: object): Promise<void> => {
  const attempt = (): Promise<void> => support.put('change ticket', `/api/v2/tickets/${id}`, { ticket: change })
  try {
    await attempt().catch((error: unknown) => {
      // Someone else has changed it at the same moment.
      if (error instanceof SupportError && error.status === 409) return attempt()
      throw error
    })
  } catch (error) {
    if (!(error instanceof SupportError && (error.status === 404 || error.status === 422))) throw error
  }
}

const readTicket = async ({ support }: SupportConnection, id: string): Promise<Ticket> =>
  (await support.get('read ticket', `/api/v2/tickets/${id}`, singleTicket)).ticket

/** The ticket of a session and how it stands. Never rejects. */
export const getTicket: Actions['getTicket'] = async (props) => {
  try {
    return await tellOfTicket(within(props, budgetMs))
  } catch (error) {
    props.logger.warn(`The ticket of a session could not be read (${describeFailure(error)}).`)
    return { reason: isMissing(error) ? 'noSession' : failureReasonOf(error) }
  }
}

const tellOfTicket = async (props: Parameters<Actions['getTicket']>[0]): Promise<Output> => {
  const { conversation } = await props.client.getConversation({ id: props.input.conversationId })
  if (!conversation.tags.id) return { reason: 'noSession' }
  const connection = await connectSupport(props)
  if (!connection) return { reason: 'notConfigured' }
  const ticketId = await linkTicket(props, connection, conversation)
  if (!ticketId) return { reason: 'notFound' }
  const found = { ticketId, ticketUrl: urlOf(connection, ticketId) }
  try {
    const { status } = await readTicket(connection, ticketId)
    return { ...found, ...(status && { status: status.toLowerCase() }) }
  } catch (error) {
    const isGoneThere = error instanceof SupportError && error.status === 404
    return { ...found, reason: isGoneThere ? 'notFound' : failureReasonOf(error) }
  }
}
