import QuickLRU from 'quick-lru'
import * as z from 'zod/mini'
import type { SupportClient } from './client'

/** How long a list of agents counts as fresh, in milliseconds. */
const freshMs = 30_000
const pageSize = 100
/** More pages are not read: nobody should wait that long for a count. */
const mostPages = 5
const id = z.pipe(z.union([z.number(), z.string()]), z.transform(String))
const channelsOf = z.object({ data: z.array(z.object({ id: z.string() })) })
const agentPage = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({ group_ids: z.nullish(z.array(id)) }),
      relationships: z.nullish(z.object({ channels: z.nullish(channelsOf) })),
    })
  ),
  included: z.nullish(
    z.array(
      z.object({
        id: z.string(),
        attributes: z.object({
          name: z.nullish(z.string()),
          status: z.nullish(z.string()),
          work_item_count: z.nullish(z.number()),
          max_capacity: z.nullish(z.number()),
        }),
      })
    )
  ),
  meta: z.nullish(z.object({ has_more: z.nullish(z.boolean()), after_cursor: z.nullish(z.string()) })),
})
type AgentPage = z.output<typeof agentPage>

/**
 * Somebody who is online for messaging. @property groupIds @property freeSlots undefined where Zendesk does not tell
 */
type Agent = { groupIds?: string[]; freeSlots?: number }

type Found = {
  agents: Agent[]
  /** Whether Zendesk listed anybody at all. */
  hasRows: boolean
  /** Whether an agent was listed of whom it cannot be said whether they are online for messaging, or in the group. */
  hasUnclear: boolean
}

/** @property isWhole whether all of the list was read: who is not among them is not there */
export type OnlineAgents = Found & { isWhole: boolean }

/** What of the list was read so far. @property cursor of the next page, where Zendesk names one */
type AgentList = OnlineAgents & { readAt: number; pages: number; cursor?: string }

/** By host and OAuth client. */
const lists = new QuickLRU<SupportClient['account'], AgentList>({ maxSize: 100 })

/**
 * Agents who are online for messaging, those of a group where one is named. Reads on until one is found, so that a
 * large account is asked for one page as a rule; a list that is fresh is not read again.
 */
export const findOnlineAgents = async (support: SupportClient, groupId: string | undefined): Promise<OnlineAgents> => {
  const kept = lists.get(support.account)
  let list: AgentList = kept && Date.now() - kept.readAt < freshMs ? kept : await readPage(support, nothingRead())
  lists.set(support.account, list)
  const ofGroup = (): Agent[] =>
    groupId === undefined ? list.agents : list.agents.filter(({ groupIds }) => groupIds?.includes(groupId))
  while (ofGroup().length === 0 && list.cursor && list.pages < mostPages) {
    list = await readPage(support, list)
    lists.set(support.account, list)
  }
  const isGroupUnclear = groupId !== undefined && list.agents.some(({ groupIds }) => groupIds === undefined)
  return {
    ...list,
    agents: ofGroup(),
    hasUnclear: list.hasUnclear || isGroupUnclear,
  }
}

const nothingRead = (): AgentList => ({
  readAt: Date.now(),
  pages: 0,
  isWhole: false,
  agents: [],
  hasRows: false,
  hasUnclear: false,
})

const readPage = async (support: SupportClient, list: AgentList): Promise<AgentList> => {
  // Zendesk may not know the filter: whoever is not online for messaging is left out here all the same.
  const query = new URLSearchParams({
    'filter[channel_status]': 'messaging:online',
    include: 'channels',
    'page[size]': `${pageSize}`,
    ...(list.cursor !== undefined && { 'page[after]': list.cursor }),
  })
  const { data, included, meta } = await support.get(
    'list availabilities',
    `/api/v2/agent_availabilities?${query.toString()}`,
    agentPage
  )
  const channels = new Map((included ?? []).map(({ id, attributes }) => [id, attributes]))
  const rows = data.map((row) => ({ row, messaging: messagingOf(row, channels) }))
  return {
    readAt: list.readAt,
    pages: list.pages + 1,
    isWhole: !meta?.has_more,
    cursor: (meta?.has_more && meta.after_cursor) || undefined,
    hasRows: list.hasRows || rows.length > 0,
    hasUnclear: list.hasUnclear || rows.some(({ messaging }) => !messaging?.status),
    agents: [
      ...list.agents,
      ...rows.flatMap(({ row, messaging }): Agent[] => {
        // Zendesk writes it small here, and in capitals elsewhere.
        if (messaging?.status?.toLowerCase() !== 'online') return []
        const { max_capacity: most, work_item_count: busy } = messaging
        const freeSlots = most == null ? undefined : Math.max(0, most - (busy ?? 0))
        return [{ groupIds: row.attributes.group_ids ?? undefined, freeSlots }]
      }),
    ],
  }
}

type Row = AgentPage['data'][number]
type Channel = NonNullable<AgentPage['included']>[number]['attributes']

/** An agent may be online for e-mail and not for messaging: the row of that channel decides. */
const messagingOf = ({ id, relationships }: Row, channels: Map<string, Channel>): Channel | undefined => {
  const ids = relationships?.channels?.data.map((channel) => channel.id) ?? [`${id}|channels|messaging`]
  return ids.map((channelId) => channels.get(channelId)).find((channel) => channel?.name === 'messaging')
}
