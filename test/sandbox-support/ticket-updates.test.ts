import { beforeEach, describe, expect, it } from 'vitest'
import type { SupportTicket } from '../../sandbox/support'
import { call, handOver, newToken, stage, type Answer, useStage } from './stage'

useStage()

let ticketId: number
let conversationId: string
let token: string

beforeEach(async () => {
  ;({ ticketId, conversationId } = await handOver({ 'dataCapture.systemField.tags': 'kept,bp_s_01' }))
  token = await newToken('tickets:write')
})

const put = (ticket: unknown): Promise<Answer> => call('PUT', `/api/v2/tickets/${ticketId}`, { ticket }, token)
const putTags = (body: unknown): Promise<Answer> => call('PUT', `/api/v2/tickets/${ticketId}/tags`, body, token)
const ticket = (): SupportTicket => stage.account.ticket(ticketId)

const closedBody = {
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { status: [{ description: 'Status: closed prevents ticket update' }] },
}

describe('an update', () => {
  it('changes what it names', async () => {
    const fields = [{ id: 27642, value: 'x' }]
    const change = { subject: 'Order 123', external_id: 'c1', status: 'pending', group_id: 5, custom_fields: fields }
    const { status, body } = await put(change)
    expect([status, body]).toMatchObject([
      200,
      {
        ticket: { ...change, id: ticketId, raw_subject: 'Order 123', tags: ['kept', 'bp_s_01'] },
        audit: { ticket_id: ticketId, events: [{ type: 'Change', field_name: 'subject' }, {}, {}, {}] },
      },
    ])
    expect(ticket()).toMatchObject({ subject: 'Order 123', externalId: 'c1', status: 'pending', customFields: fields })
    expect(stage.support.misuse).toEqual([])
  })

  it('replaces all tags by those that it names', async () => {
    expect(await put({ tags: ['New'] })).toMatchObject({ status: 200, body: { ticket: { tags: ['new'] } } })
    expect(ticket().tags).toEqual(['new'])
  })

  it.each([
    ['internal where it says so', { body: 'Note', public: false }, false],
    ['public where it says nothing', { body: 'Note' }, true],
    ['public where it says so', { body: 'Note', public: true }, true],
    ['given as HTML', { html_body: 'Note', public: false }, false],
  ])('adds a comment, %s', async (_, comment, isPublic) => {
    expect((await put({ comment })).status).toBe(200)
    expect(ticket().comments).toEqual([{ body: 'Note', public: isPublic, authorId: stage.account.userId }])
    expect(stage.support.misuse).toEqual(isPublic ? [`a comment on ticket ${ticketId} was public`] : [])
  })

  it('solves and closes the ticket in Agent Workspace too', async () => {
    expect((await put({ status: 'solved' })).status).toBe(200)
    expect(stage.app.tickets[0]).toMatchObject({ status: 'solved', sessionActive: true })
    expect(ticket().assigneeId).toBe(stage.account.userId)
    expect((await put({ status: 'open' })).status).toBe(200)
    expect(stage.app.tickets[0]).toMatchObject({ status: 'open' })
    expect((await put({ status: 'closed' })).status).toBe(200)
    expect(stage.app.tickets[0]).toMatchObject({ status: 'closed', sessionActive: false })
    expect(stage.app.conversations.get(conversationId)?.activeId).toBeUndefined()
  })

  it.each([
    ['without a ticket', {}, 400],
    ['of an unknown status', { ticket: { status: 'SOLVED' } }, 422],
    ['with an empty comment', { ticket: { comment: { body: '', public: false } } }, 422],
    ['with a comment that says nothing', { ticket: { comment: { public: false } } }, 422],
    ['with a tag alone', { ticket: { tags: 'x' } }, 422],
  ])('is refused %s', async (_, body, status) => {
    const answer = await call('PUT', `/api/v2/tickets/${ticketId}`, body, token)
    expect(answer).toMatchObject({ status, ...(status === 422 && { body: { error: 'RecordInvalid' } }) })
    expect(ticket()).toMatchObject({ status: 'open', tags: ['kept', 'bp_s_01'], comments: [] })
  })

  it('remembers that a ticket was given another requester', async () => {
    await put({ requester_id: 1 })
    expect(stage.support.misuse).toEqual([`ticket ${ticketId} was given another requester`])
  })

  it('is refused once the ticket is closed', async () => {
    stage.app.closeTicket(conversationId)
    expect(await put({ comment: { body: 'Note', public: false } })).toMatchObject({ status: 422, body: closedBody })
    expect(await putTags({ tags: ['x'] })).toMatchObject({ status: 422, body: closedBody })
    expect(ticket()).toMatchObject({ comments: [], tags: ['kept', 'bp_s_01'] })
  })

  it('may need an assignee to solve the ticket, and refuses all of the update without one', async () => {
    stage.account.turned.add('assigneeRequired')
    const change = { status: 'solved', comment: { body: 'Note', public: false } }
    const description = 'Assignee: is required when solving a ticket'
    expect(await put(change)).toMatchObject({ status: 422, body: { details: { base: [{ description }] } } })
    expect(ticket()).toMatchObject({ status: 'open', comments: [] })
    expect((await put({ comment: change.comment })).status).toBe(200)
    expect((await put({ status: 'solved', assignee_id: 10011 })).status).toBe(200)
    expect(ticket()).toMatchObject({ status: 'solved', assigneeId: 10011 })
    await put({ status: 'open' })
    expect((await put({ status: 'solved' })).status).toBe(200)
  })

  it('may need a field to solve the ticket', async () => {
    stage.account.turned.add('fieldRequired')
    const description = 'Reason: is required when solving a ticket'
    expect(await put({ status: 'solved' })).toMatchObject({
      status: 422,
      body: { details: { base: [{ description }] } },
    })
    expect((await put({ subject: 'Order' })).status).toBe(200)
  })

  it.each([[true], ['true'], [false]])(
    'is refused where it is safe (%s) and another one came first',
    async (isSafe) => {
      ticket().updatedAt = '2026-03-02T10:00:00Z'
      const change = { subject: 'Order', safe_update: isSafe, updated_stamp: '2026-03-02T09:00:00Z' }
      expect(await put(change)).toMatchObject({ status: 409, body: { error: 'UpdateConflict' } })
      expect((await putTags({ tags: ['x'], safe_update: isSafe, updated_stamp: change.updated_stamp })).status).toBe(
        409
      )
      expect((await put({ ...change, updated_stamp: '2026-03-02T10:00:00Z' })).status).toBe(200)
      expect(ticket().updatedAt).not.toBe('2026-03-02T10:00:00Z')
      expect((await put({ ...change, safe_update: undefined })).status).toBe(200)
    }
  )
})

describe('an update of tags', () => {
  it('adds to those that are there', async () => {
    expect(await putTags({ tags: ['Extra', 'kept'] })).toMatchObject({
      status: 200,
      body: { tags: ['kept', 'bp_s_01', 'extra'] },
    })
    expect(ticket().tags).toEqual(['kept', 'bp_s_01', 'extra'])
  })

  it('needs a list', async () => {
    expect((await putTags({ tags: 'x' })).status).toBe(400)
  })
})

describe('the number of updates', () => {
  it('is thirty in ten minutes for a ticket, whatever they change', async () => {
    for (let count = 0; count < 15; count += 1) {
      expect((await put({ subject: `${count}` })).status).toBe(200)
      expect((await putTags({ tags: [`${count}`] })).status).toBe(200)
    }
    const refused = await put({ subject: 'one too many' })
    expect([refused.status, (await putTags({ tags: ['x'] })).status]).toEqual([429, 429])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(600)
    expect(ticket().subject).toBe('14')
    expect(ticket().puts).toHaveLength(30)
    expect(ticket().puts.at(-1)).toMatchObject({ path: `/api/v2/tickets/${ticketId}/tags`, body: { tags: ['14'] } })

    ticket().puts[0]!.at -= 600_000
    expect((await put({ subject: 'later' })).status).toBe(200)
    const other = await handOver()
    expect((await call('PUT', `/api/v2/tickets/${other.ticketId}`, { ticket: {} }, token)).status).toBe(200)
  })

  it('counts refused ones', async () => {
    await put({ status: 'unknown' })
    expect(ticket().puts).toHaveLength(1)
  })
})
