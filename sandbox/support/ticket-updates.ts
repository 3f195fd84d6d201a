import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { assigneeRequired, badRequest, closedTicket, conflict, invalidRecord, rateLimited } from './errors'
import { toTags } from './messaging-tickets'
import { bodyOf, gate } from './request'
import { asTime, newNumber, type SupportEnv, type SupportTicket, type World } from './state'
import { ticketIn, ticketView } from './tickets'

/** "30 per 10 min per (user, ticket), any PUT on it". */
const MAX_PUTS = 30
const WINDOW_MS = 10 * 60_000

const safeUpdate = { updated_stamp: z.string().optional(), safe_update: z.unknown().optional() }

const commentField = z.object({
  body: z.string().min(1).optional(),
  html_body: z.string().min(1).optional(),
  // Said or not: Zendesk shows it to the customer unless it is false.
  public: z.boolean().default(true),
  author_id: z.int().optional(),
})

const ticketField = z.object({
  ...safeUpdate,
  subject: z.string().optional(),
  status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed']).optional(),
  tags: z.array(z.string()).optional(),
  external_id: z.string().nullish(),
  custom_fields: z.array(z.object({ id: z.int(), value: z.unknown() })).optional(),
  comment: commentField.optional(),
  assignee_id: z.int().nullish(),
  group_id: z.int().nullish(),
  requester_id: z.int().optional(),
})

type Change = z.output<typeof ticketField>

/** Counts the update, and refuses one too many. */
const countPut = async (context: Context<SupportEnv>, ticket: SupportTicket): Promise<void> => {
  const now = Date.now()
  const recent = ticket.puts.filter(({ at }) => at > now - WINDOW_MS)
  const oldest = recent[0]
  if (oldest && recent.length >= MAX_PUTS) throw rateLimited(Math.ceil((oldest.at + WINDOW_MS - now) / 1000))
  const { path } = context.req
  ticket.puts.push({ at: now, path, body: await context.req.json<unknown>().catch(() => undefined) })
}

const requireFresh = (ticket: SupportTicket, { safe_update: isSafe, updated_stamp: stamp }: Change): void => {
  // Whatever its value is, `false` too.
  if (isSafe !== undefined && stamp !== undefined && Date.parse(stamp) !== Date.parse(ticket.updatedAt))
    throw conflict()
}

const requireSolvable = (context: Context<SupportEnv>, ticket: SupportTicket, change: Change): void => {
  if (change.status !== 'solved' || ticket.status === 'solved') return
  const { turned } = context.var.account
  const assigneeId = change.assignee_id ?? ticket.assigneeId
  if (assigneeId === undefined && turned.has('assigneeRequired')) throw assigneeRequired()
  if (turned.has('fieldRequired')) throw invalidRecord({ base: 'Reason: is required when solving a ticket' })
}

const addComment = (world: World, context: Context<SupportEnv>, ticket: SupportTicket, change: Change): void => {
  const { comment } = change
  if (!comment) return
  const body = comment.html_body ?? comment.body
  if (body === undefined) throw invalidRecord({ comment: 'Comment: cannot be blank' })
  if (comment.public) world.misuse.push(`a comment on ticket ${ticket.id} was public`)
  const authorId = comment.author_id ?? context.var.account.userId
  ticket.comments.push({ body, public: comment.public, authorId })
}

/** Applies what the change names, and tells what it changed. */
const applyTo = (context: Context<SupportEnv>, ticket: SupportTicket, change: Change): object[] => {
  const events: object[] = []
  const set = <Key extends 'subject' | 'status' | 'tags' | 'assigneeId' | 'groupId' | 'externalId'>(
    key: Key,
    value: SupportTicket[Key] | undefined
  ): void => {
    if (value === undefined || value === ticket[key]) return
    const change = { type: 'Change', field_name: key, value, previous_value: ticket[key] ?? null }
    events.push({ id: newNumber(), ...change })
    ticket[key] = value
  }
  set('subject', change.subject)
  set('tags', change.tags && toTags(change.tags))
  set('assigneeId', change.assignee_id ?? undefined)
  set('groupId', change.group_id ?? undefined)
  set('externalId', change.external_id ?? undefined)
  set('status', change.status)
  // `assign_tickets_upon_solve` of the account settings.
  if (change.status === 'solved' && ticket.assigneeId === undefined) set('assigneeId', context.var.account.userId)
  for (const field of change.custom_fields ?? [])
    ticket.customFields = [...ticket.customFields.filter(({ id }) => id !== field.id), field]
  return events
}

const touch = (ticket: SupportTicket): void => {
  ticket.updatedAt = asTime(Date.now())
}

export const ticketUpdateRoutes = (world: World): Hono<SupportEnv> => {
  const routes = new Hono<SupportEnv>()
  const mayWrite = gate(world, { resource: 'tickets' })
  const refuse = (issues: z.core.$ZodIssue[]) =>
    issues.some(({ path }) => path.length < 2)
      ? badRequest('The body has no ticket')
      : invalidRecord(
          Object.fromEntries(issues.map(({ path, message }) => [String(path[1]), `${path.join('.')}: ${message}`]))
        )
  routes.put('/tickets/:id', mayWrite, async (context) => {
    const ticket = ticketIn(context)
    await countPut(context, ticket)
    const { ticket: change } = await bodyOf(context, z.object({ ticket: ticketField }), refuse)
    if (ticket.status === 'closed') throw closedTicket()
    requireFresh(ticket, change)
    requireSolvable(context, ticket, change)
    if (change.requester_id !== undefined) world.misuse.push(`ticket ${ticket.id} was given another requester`)
    addComment(world, context, ticket, change)
    const events = applyTo(context, ticket, change)
    touch(ticket)
    const audit = { id: newNumber(), ticket_id: ticket.id, events }
    return context.json({ ticket: ticketView(world, ticket), audit })
  })
  routes.put('/tickets/:id/tags', mayWrite, async (context) => {
    const ticket = ticketIn(context)
    await countPut(context, ticket)
    const body = z.object({ tags: z.array(z.string()), ...safeUpdate })
    const change = await bodyOf(context, body, () => badRequest('The body has no list of tags'))
    if (ticket.status === 'closed') throw closedTicket()
    requireFresh(ticket, change)
    ticket.tags = toTags([...ticket.tags, ...change.tags])
    touch(ticket)
    return context.json({ tags: ticket.tags })
  })
  return routes
}
