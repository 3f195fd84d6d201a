import { describe, expect, it } from 'vitest'
import { get, stage, useStage } from './stage'

useStage()

type Row = { type: string; id: string; attributes: Record<string, unknown>; relationships: Record<string, unknown> }
type List = {
  data: Row[]
  included?: Row[]
  links: { next: string | null; prev: string | null }
  meta: { has_more: boolean; after_cursor: string | null; before_cursor: string | null }
}

const path = '/api/v2/agent_availabilities'

const list = async (query = ''): Promise<List> => (await get(`${path}${query}`)).body as List

const agentsIn = ({ data }: List): unknown[] => data.map(({ attributes }) => attributes.agent_id)

const setAgents = (count: number): void => {
  for (let id = count; id >= 1; id -= 1) stage.account.setAgent({ id, groupIds: [], messaging: 'online' })
}

describe('the list of availabilities', () => {
  it('shows an agent with the status of each channel', async () => {
    const { setAgent } = stage.account
    setAgent({ id: 11, groupIds: [501, 502], messaging: 'away', support: 'online', workItems: 2, maxCapacity: 5 })
    const { data, included, links, meta } = await list()
    const id = 'agent_availabilities|11'
    expect(data).toMatchObject([
      {
        type: 'agent_availabilities',
        id,
        attributes: { agent_id: 11, group_ids: [501, 502], agent_status: { id: 4, name: 'Away' } },
        relationships: {
          channels: {
            data: [
              { type: 'channels', id: `${id}|channels|messaging` },
              { type: 'channels', id: `${id}|channels|support` },
            ],
          },
        },
      },
    ])
    expect(included).toMatchObject([
      {
        id: `${id}|channels|messaging`,
        attributes: { name: 'messaging', status: 'away', work_item_count: 2, max_capacity: 5 },
        relationships: { work_items: { data: [{ type: 'work_items' }, { type: 'work_items' }] } },
      },
      { id: `${id}|channels|support`, attributes: { name: 'support', status: 'online', work_item_count: 0 } },
    ])
    expect({ links, meta }).toEqual({
      links: { next: null, prev: null },
      meta: { has_more: false, after_cursor: null, before_cursor: null },
    })
  })

  it('shows neither capacity nor unified status without omnichannel routing, which the settings tell', async () => {
    const settings = async (): Promise<unknown> => (await get('/api/v2/account/settings')).body
    stage.account.setAgent({ id: 11, groupIds: [], messaging: 'online' })
    const { data, included } = await list()
    expect(data[0]?.attributes).not.toHaveProperty('agent_status')
    for (const row of included ?? []) expect(row.attributes).not.toHaveProperty('max_capacity')
    expect(await settings()).toMatchObject({ settings: { routing: { enabled: false } } })
    stage.account.setAgent({ id: 12, groupIds: [], messaging: 'online', maxCapacity: 1 })
    expect(await settings()).toMatchObject({ settings: { routing: { enabled: true } } })
    stage.account.routing = false
    expect(await settings()).toMatchObject({ settings: { routing: { enabled: false } } })
  })

  it.each([
    ['messaging:online', [1]],
    ['messaging:transfers_only', [2]],
    ['messaging:offline', [3]],
    ['support:online', [2, 3]],
  ])('is filtered by %s', async (filter, ids) => {
    const { setAgent } = stage.account
    setAgent({ id: 1, groupIds: [], messaging: 'online', support: 'offline' })
    setAgent({ id: 2, groupIds: [], messaging: 'transfers_only' })
    setAgent({ id: 3, groupIds: [], messaging: 'offline', support: 'online' })
    expect(agentsIn(await list(`?filter[channel_status]=${filter}`))).toEqual(ids)
    expect(agentsIn(await list())).toEqual([1, 2, 3])
  })

  it.each([
    'filter[channel_status]=online',
    'filter[channel_status]=messaging:present',
    'page[size]=101',
    'page[after]=x',
  ])('refuses %s', async (query) => {
    expect((await get(`${path}?${query}`)).status).toBe(400)
  })

  it('changes with its agents', async () => {
    setAgents(2)
    stage.account.setAgent({ id: 1, groupIds: [7], messaging: 'offline' })
    stage.account.removeAgent(2)
    const { data, included } = await list()
    expect(data.map(({ attributes }) => attributes.group_ids)).toEqual([[7]])
    expect(included?.[0]?.attributes).toMatchObject({ name: 'messaging', status: 'offline' })
  })

  it('comes in pages of a hundred at most, behind a cursor', async () => {
    setAgents(101)
    const first = await list('?filter[channel_status]=messaging:online')
    expect(agentsIn(first)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(first.meta).toMatchObject({ has_more: true, after_cursor: expect.any(String) as string })
    const second = await list(`?page[after]=${first.meta.after_cursor}`)
    expect(agentsIn(second)).toEqual([101])
    expect(second.meta).toMatchObject({ has_more: false, after_cursor: null })
  })

  it('links each page to the next', async () => {
    setAgents(5)
    const pages: unknown[] = []
    let next: string | null = `${stage.support.url}${path}?page[size]=2`
    while (next !== null) {
      const { pathname, search } = new URL(next)
      const page = await list(search)
      expect(pathname).toBe(path)
      pages.push(agentsIn(page))
      next = page.links.next
    }
    expect(pages).toEqual([[1, 2], [3, 4], [5]])
  })

  it('goes on behind its cursor though the agent there is gone', async () => {
    setAgents(4)
    const { meta } = await list('?page[size]=2')
    stage.account.removeAgent(2)
    expect(agentsIn(await list(`?page[size]=2&page[after]=${meta.after_cursor}`))).toEqual([3, 4])
  })
})

describe('what the list may do wrong', () => {
  it('has small pages whatever is asked for', async () => {
    setAgents(3)
    stage.account.pageCap = 2
    const first = await list('?page[size]=100')
    expect(agentsIn(first)).toEqual([1, 2])
    expect(agentsIn(await list(`?page[size]=100&page[after]=${first.meta.after_cursor}`))).toEqual([3])
  })

  it('shows everybody whatever the filter says', async () => {
    stage.account.setAgent({ id: 1, groupIds: [], messaging: 'offline' })
    stage.account.turned.add('filterIgnored')
    expect(agentsIn(await list('?filter[channel_status]=messaging:online'))).toEqual([1])
  })

  it('leaves the channels out', async () => {
    setAgents(1)
    stage.account.turned.add('channelsLeftOut')
    const answer = await list()
    expect(agentsIn(answer)).toEqual([1])
    expect(answer).not.toHaveProperty('included')
  })
})
