import { Hono, type Context } from 'hono'
import { badRequest } from './errors'
import { pageOf } from './paging'
import { gate } from './request'
import { asTime, type AccountState, type Agent, type ChannelStatus, type SupportEnv, type World } from './state'

const startedAt = asTime(Date.now())

/** The unified statuses that every account has, by what they make of messaging. */
const UNIFIED: Record<ChannelStatus, { id: number; name: string }> = {
  online: { id: 3, name: 'Online' },
  away: { id: 4, name: 'Away' },
  offline: { id: 2, name: 'Offline' },
  transfers_only: { id: 5, name: 'Transfers only' },
}

type Channel = { name: string; status: ChannelStatus; workItems: number; maxCapacity?: number }

const channelsOf = ({ messaging, support = 'online', workItems = 0, maxCapacity }: Agent): Channel[] => [
  { name: 'messaging', status: messaging, workItems, maxCapacity },
  { name: 'support', status: support, workItems: 0, ...(maxCapacity !== undefined && { maxCapacity: 4 }) },
]

const nameOf = ({ id }: Agent): string => `agent_availabilities|${id}`

const channelRow = (agent: Agent, { name, status, workItems, maxCapacity }: Channel): object => {
  const id = `${nameOf(agent)}|channels|${name}`
  const items = Array.from({ length: workItems }, (_, index) => ({
    type: 'work_items',
    id: `${id}|work_items|${index + 1}`,
  }))
  return {
    type: 'channels',
    id,
    attributes: {
      name,
      status,
      work_item_count: workItems,
      ...(maxCapacity !== undefined && { max_capacity: maxCapacity }),
      updated_at: startedAt,
    },
    relationships: { work_items: { data: items, links: { next: null }, meta: { has_more: false } } },
  }
}

const agentRow = (world: World, agent: Agent): object => ({
  type: 'agent_availabilities',
  id: nameOf(agent),
  attributes: {
    agent_id: agent.id,
    version: 1,
    group_ids: agent.groupIds,
    skills: [],
    ...(agent.maxCapacity !== undefined && {
      agent_status: { ...UNIFIED[agent.messaging], reason: 'agent', updated_at: startedAt },
    }),
  },
  links: { self: `${world.url}/api/v2/agent_availabilities/${agent.id}` },
  relationships: {
    channels: {
      data: channelsOf(agent).map(({ name }) => ({ type: 'channels', id: `${nameOf(agent)}|channels|${name}` })),
    },
  },
})

/** `filter[channel_status]=messaging:online`; without it, everybody. */
const filterOf = (context: Context<SupportEnv>): ((agent: Agent) => boolean) => {
  const wanted = context.req.query('filter[channel_status]')
  if (wanted === undefined || context.var.account.turned.has('filterIgnored')) return () => true
  const [channel, status] = wanted.split(':')
  if (!['messaging', 'support', 'talk'].includes(channel ?? '') || !UNIFIED[status as ChannelStatus])
    throw badRequest('filter[channel_status] is invalid')
  return (agent) => channelsOf(agent).some((one) => one.name === channel && one.status === status)
}

const settingsOf = ({ agents, routing, turned, schedules }: AccountState): object => ({
  routing: {
    enabled: routing ?? [...agents.values()].some(({ maxCapacity }) => maxCapacity !== undefined),
    autorouting_tag: '',
    max_email_capacity: 4,
    max_messaging_capacity: 5,
    reassignment_messaging_enabled: true,
    reassignment_messaging_timeout: 30,
  },
  agents: { agent_workspace: true, unified_agent_statuses: true },
  active_features: { business_hours: schedules.length > 0, customer_satisfaction: false, chat: true },
  tickets: { assign_tickets_upon_solve: !turned.has('assigneeRequired') },
})

export const availabilityRoutes = (world: World): Hono<SupportEnv> => {
  const routes = new Hono<SupportEnv>()
  routes.get('/agent_availabilities', gate(world, { role: 'admin' }), (context) => {
    const { agents, pageCap, turned } = context.var.account
    const found = [...agents.values()].filter(filterOf(context)).toSorted((a, b) => a.id - b.id)
    const { items, links, meta } = pageOf(context, found, { idOf: ({ id }) => id, cap: pageCap })
    const channels = items.flatMap((agent) => channelsOf(agent).map((channel) => channelRow(agent, channel)))
    return context.json({
      data: items.map((agent) => agentRow(world, agent)),
      ...(!turned.has('channelsLeftOut') && { included: channels }),
      links,
      meta,
    })
  })
  routes.get('/account/settings', gate(world), (context) => context.json({ settings: settingsOf(context.var.account) }))
  return routes
}
