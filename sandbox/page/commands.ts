import { z } from 'zod'
import type { World } from '../world'
import type { AgentDesk } from './agent-desk'
import type { Customers } from './customers'
import { AGENT_TEXT_LIMIT, CUSTOMER_TEXT_LIMIT } from './limits'
import { OPENING_HOURS } from './opening-hours'
import { SETTINGS, type Settings } from './settings'
import type { Staff } from './staff'
import { SUPPORT_TROUBLES, SWITCHES, type TroubleMaker } from './troubles'
import type { StoredFile, Uploads } from './uploads'

const words = (limit: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit, `That is too long: at most ${limit.toLocaleString('en')} characters can be sent here`)
const customerWords = words(CUSTOMER_TEXT_LIMIT)
const agentWords = words(AGENT_TEXT_LIMIT)
const customer = z.object({ customerId: z.string() })
const ticket = z.object({ ticketId: z.int() })
const agent = ticket.extend({ agentId: z.string() })
const file = z.object({ fileId: z.string() })
const PRESENCES = ['online', 'away', 'offline'] as const

type Command = (raw: unknown) => Promise<object>

const command =
  <Schema extends z.ZodType>(
    schema: Schema,
    run: (input: z.output<Schema>) => void | object | Promise<void | object>
  ): Command =>
  async (raw) =>
    (await run(schema.parse(raw))) ?? {}

export type Cast = {
  world: World
  customers: Customers
  desk: AgentDesk
  troubles: TroubleMaker
  settings: Settings
  staff: Staff
  uploads: Uploads
}

const uploaded = (uploads: Uploads, fileId: string): StoredFile => {
  const stored = uploads.get(fileId)
  if (!stored) throw new Error('There is no such file')
  return stored
}

/** All that can be done from the page, by name. They reject with a text for the person at the page. */
export const createCommands = ({
  world,
  customers,
  desk,
  troubles,
  settings,
  staff,
  uploads,
}: Cast): Record<string, Command> => ({
  'add-customer': command(z.object({ name: words(60).optional() }), ({ name }) => ({ id: customers.add(name) })),
  'customer-say': command(customer.extend({ text: customerWords }), (to) => customers.say(to.customerId, to.text)),
  'customer-picture': command(customer.extend(file.shape), ({ customerId, fileId }) => {
    const { name, mediaType } = uploaded(uploads, fileId)
    if (!mediaType.startsWith('image/')) throw new Error('Only pictures can be sent here')
    customers.showPicture(customerId, { url: uploads.addressOf(fileId), title: name })
  }),

  'agent-reply': command(agent.extend({ text: agentWords }), (by) => desk.reply(by.ticketId, by.agentId, by.text)),
  'agent-file': command(agent.extend({ ...file.shape, isPrivate: z.boolean() }), (by) =>
    desk.sendFile(by.ticketId, by.agentId, { ...uploaded(uploads, by.fileId), isPrivate: by.isPrivate })
  ),
  'agent-buttons': command(agent.extend({ text: agentWords.optional() }), (by) =>
    desk.sendButtons(by.ticketId, by.agentId, by.text)
  ),
  'agent-carousel': command(agent, (by) => desk.sendCarousel(by.ticketId, by.agentId)),
  'automated-message': command(ticket.extend({ text: agentWords.optional() }), (by) =>
    desk.automated(by.ticketId, by.text)
  ),
  'end-session': command(agent, (by) => desk.endSession(by.ticketId, by.agentId)),
  'close-ticket': command(ticket, (by) => desk.closeTicket(by.ticketId)),

  flip: command(z.object({ name: z.enum(SWITCHES), on: z.boolean() }), ({ name, on }) => troubles.flip(name, on)),
  configure: command(z.object({ name: z.enum(SETTINGS), on: z.boolean() }), ({ name, on }) =>
    settings.set({ [name]: on })
  ),
  'trouble-support': command(z.object({ how: z.enum(SUPPORT_TROUBLES) }), ({ how }) => {
    troubles.troubleSupport(how)
    staff.readAnew()
  }),
  'agent-presence': command(z.object({ agentId: z.string(), presence: z.enum(PRESENCES) }), (by) =>
    staff.setPresence(by.agentId, by.presence)
  ),
  'opening-hours': command(z.object({ hours: z.enum(OPENING_HOURS) }), ({ hours }) => staff.setHours(hours)),
  'refuse-posts': command(z.object({}), () => troubles.refusePosts()),
  forge: command(z.object({}), async () => ({ status: await troubles.forge(world) })),
  restart: command(z.object({}), () => troubles.restart(world)),
})
