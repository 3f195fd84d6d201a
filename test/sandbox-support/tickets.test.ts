import { describe, expect, it } from 'vitest'
import { callSunco, get, handOver, newAccount, newUser, stage, useStage } from './stage'

useStage()

type Listed = { id: number; tags: string[]; from_messaging_channel: boolean }
type List = { tickets: Listed[]; meta?: { has_more: boolean; after_cursor: string | null } }

const requested = async (requesterId: number, query = '?sort=-id&page[size]=10'): Promise<List> =>
  (await get(`/api/v2/users/${requesterId}/tickets/requested${query}`)).body as List

const idsOf = ({ tickets }: List): number[] => tickets.map(({ id }) => id)

const ticketShown = async (id: number): Promise<unknown> =>
  ((await get(`/api/v2/tickets/${id}`)).body as { ticket: unknown }).ticket

const tags = (list: string): Record<string, string> => ({ 'dataCapture.systemField.tags': list })

describe('the ticket of a conversation', () => {
  it('has the id, the requester and the fields that it was opened with', async () => {
    const user = await newUser({ givenName: 'Jane', surname: 'Doe' })
    const { ticketId } = await handOver(
      {
        ...tags('bot,BP_S_01'),
        'dataCapture.systemField.group_id': '501',
        'dataCapture.systemField.assignee_id': '10011',
        'dataCapture.ticketField.27642': 'x',
      },
      user
    )
    expect(await ticketShown(ticketId)).toMatchObject({
      id: stage.app.tickets[0]?.id,
      status: 'open',
      subject: 'Conversation with Jane Doe',
      tags: ['bot', 'bp_s_01'],
      requester_id: stage.account.userIdOf(user),
      assignee_id: 10011,
      group_id: 501,
      custom_fields: [{ id: 27642, value: 'x' }],
      from_messaging_channel: true,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    })
  })

  it.each([
    ['the requester that was named', { givenName: 'Jane' }, { 'dataCapture.systemField.requester.name': 'Jo' }, 'Jo'],
    ['the user', { givenName: 'Jane' }, {}, 'Jane'],
    ['nobody in particular', {}, {}, 'Web User'],
  ])('is called after %s', async (_, profile, metadata, name) => {
    const { ticketId } = await handOver(metadata, await newUser(profile))
    expect(stage.account.ticket(ticketId).subject).toBe(`Conversation with ${name}`)
  })

  it('is solved, taken up again and closed as it is in Agent Workspace', async () => {
    const user = await newUser()
    const { ticketId, conversationId } = await handOver({}, user)
    const status = async (): Promise<unknown> => ((await ticketShown(ticketId)) as { status: string }).status
    stage.app.solveTicket(conversationId)
    expect(await status()).toBe('solved')
    const author = { type: 'user', userId: user }
    const content = { type: 'text', text: 'One more thing' }
    await callSunco('POST', `/conversations/${conversationId}/messages`, { author, content })
    expect(await status()).toBe('open')
    stage.app.closeTicket(conversationId)
    expect(await status()).toBe('closed')
  })

  it('is there also where it was opened before the account knew of the app', async () => {
    const app = stage.sunco.createApp()
    stage.app = app
    const { ticketId } = await handOver(tags('early'))
    const account = newAccount({})
    account.link(app)
    expect(account.ticket(ticketId).tags).toEqual(['early'])
    expect(() => account.link(stage.sunco.createApp())).toThrow('an app already')
  })

  it('may have lost its tags', async () => {
    stage.account.turned.add('tagsLost')
    const { ticketId } = await handOver(tags('bp_s_01'))
    expect(await ticketShown(ticketId)).toMatchObject({ tags: [] })
  })

  it('can be deleted', async () => {
    const { ticketId } = await handOver()
    stage.account.deleteTicket(ticketId)
    expect((await get(`/api/v2/tickets/${ticketId}`)).status).toBe(404)
    expect(() => stage.account.ticket(ticketId)).toThrow('no ticket')
  })
})

describe('the list of a requester', () => {
  it('has the newest first, and those of nobody else', async () => {
    const [mine, other] = [await newUser(), await newUser()]
    const first = await handOver({}, mine)
    await handOver({}, other)
    const second = await handOver({}, mine)
    const requesterId = stage.account.userIdOf(mine)
    expect(idsOf(await requested(requesterId))).toEqual([second.ticketId, first.ticketId])
    expect(idsOf(await requested(requesterId, '?page[size]=10'))).toEqual([first.ticketId, second.ticketId])
  })

  it('is paged by a cursor, and sorted only then', async () => {
    const user = await newUser()
    for (let count = 0; count < 3; count += 1) await handOver({}, user)
    const requesterId = stage.account.userIdOf(user)
    const first = await requested(requesterId, '?sort=-id&page[size]=2')
    expect([idsOf(first), first.meta?.has_more]).toEqual([[1003, 1002], true])
    const second = await requested(requesterId, `?sort=-id&page[size]=2&page[after]=${first.meta?.after_cursor}`)
    expect([idsOf(second), second.meta?.has_more]).toEqual([[1001], false])
    const byOffset = await requested(requesterId, '?sort=-id')
    expect(idsOf(byOffset)).toEqual([1001, 1002, 1003])
    expect(byOffset).toMatchObject({ count: 3, next_page: null })
    expect((await get(`/api/v2/users/${requesterId}/tickets/requested?page[size]=101`)).status).toBe(400)
  })

  it('is empty for a user without tickets', async () => {
    const requesterId = stage.account.userIdOf(await newUser())
    expect(await requested(requesterId)).toMatchObject({ tickets: [], meta: { has_more: false } })
  })

  it('may miss a new ticket for some reads, but not what was there before', async () => {
    const user = await newUser()
    const requesterId = stage.account.userIdOf(user)
    stage.account.addTicket({ requesterId, id: 1 })
    stage.account.missedReads = 2
    const { ticketId } = await handOver({}, user)
    const reads = [await requested(requesterId), await requested(requesterId), await requested(requesterId)]
    expect(reads.map(idsOf)).toEqual([[1], [1], [ticketId, 1]])
    expect(await ticketShown(ticketId)).toMatchObject({ id: ticketId })
  })

  it('has tickets that come from elsewhere', async () => {
    const user = await newUser()
    const requesterId = stage.account.userIdOf(user)
    const { ticketId } = await handOver(tags('bp_s_01'), user)
    const older = stage.account.addTicket({ requesterId, tags: ['vip'] })
    const newer = stage.account.addTicket({ requesterId, id: 5000, subject: 'Invoice', status: 'pending' })
    expect((await requested(requesterId)).tickets).toMatchObject([
      { id: 5000, tags: [], subject: 'Invoice', status: 'pending', from_messaging_channel: false },
      { id: ticketId, tags: ['bp_s_01'], from_messaging_channel: true },
      { id: older.id, tags: ['vip'], status: 'open', from_messaging_channel: false },
    ])
    expect(stage.account.tickets().map(({ id }) => id)).toEqual([older.id, ticketId, newer.id])
    expect(() => stage.account.addTicket({ requesterId, id: ticketId })).toThrow('exists already')
  })
})
