import { describe, expect, it } from 'vitest'
import { toTicketMetadata, type TicketInput } from './ticket-metadata'

const input = (fields: TicketInput['fields']): TicketInput => ({
  customer: { name: 'Jane', email: 'jane@example.com' },
  fields,
  firstMessageId: 'm1',
  mark: { mark: 'ticket' },
})

describe('toTicketMetadata', () => {
  it('writes the keys that Agent Workspace reads, priority in lower case, ids as strings', () => {
    const { metadata } = toTicketMetadata(
      input({
        priority: 'High',
        brandId: '1',
        groupId: '2',
        assigneeId: '3',
        organizationId: '4',
        originSourceType: 'web',
      })
    )
    expect(metadata).toEqual({
      mark: 'ticket',
      first_message_id: 'm1',
      'dataCapture.systemField.requester.name': 'Jane',
      'dataCapture.systemField.requester.email': 'jane@example.com',
      'dataCapture.systemField.brand_id': '1',
      'dataCapture.systemField.group_id': '2',
      'dataCapture.systemField.assignee_id': '3',
      'dataCapture.systemField.organization_id': '4',
      'dataCapture.systemField.priority': 'high',
      origin_source_type: 'web',
    })
  })

  it('cleans tags of commas and blanks and of doubles', () => {
    const { metadata } = toTicketMetadata(input({ tags: [' vip ', 'a, b', '', 'vip', 'new\ncustomer'] }))
    expect(metadata['dataCapture.systemField.tags']).toBe('vip,a_b,new_customer')
  })

  it('never lets additional metadata overwrite a system key, be it one that is not set', () => {
    const { metadata } = toTicketMetadata(
      input({
        additionalMetadata: [
          { key: 'first_message_id', value: 'x' },
          { key: 'mark', value: 'x' },
          { key: 'dataCapture.systemField.requester.email', value: 'mallory@example.com' },
          { key: 'botpressHitlMove', value: 'release' },
          { key: 'shop', value: 'north' },
        ],
      })
    )
    expect(metadata).toEqual({
      first_message_id: 'm1',
      mark: 'ticket',
      shop: 'north',
      'dataCapture.systemField.requester.name': 'Jane',
      'dataCapture.systemField.requester.email': 'jane@example.com',
    })
  })

  it('drops from the end what does not fit into 4 KB, counted in bytes', () => {
    const customTicketFields = Array.from({ length: 50 }, (_, n) => ({ id: String(n), value: 'ü'.repeat(60) }))
    const { metadata, dropped } = toTicketMetadata(input({ groupId: '2', customTicketFields }))
    expect(Buffer.byteLength(JSON.stringify(metadata))).toBeLessThanOrEqual(4096)
    expect(metadata).toHaveProperty(['dataCapture.systemField.group_id'], '2')
    const kept = Object.keys(metadata).filter((key) => key.includes('ticketField')).length
    expect(dropped).toEqual(customTicketFields.slice(kept).map(({ id }) => `dataCapture.ticketField.${id}`))
    expect(kept).toBeGreaterThan(15)
  })

  it('lets no single value crowd out the rest', () => {
    const { metadata } = toTicketMetadata({
      ...input({
        groupId: '2',
        tags: Array.from({ length: 500 }, (_, n) => `tag-number-${n}`),
        originSourceType: 'x'.repeat(5_000),
      }),
      customer: { name: 'n'.repeat(5_000), email: 'jane@example.com' },
    })
    expect(String(metadata['dataCapture.systemField.requester.name'])).toHaveLength(128)
    expect(metadata).toMatchObject({ 'dataCapture.systemField.group_id': '2' })
    expect(metadata['dataCapture.systemField.tags']).toMatch(/^tag-number-0,tag-number-1,.*\d$/)
  })

  it('leaves out what is empty', () => {
    const { metadata } = toTicketMetadata({ ...input({ groupId: '', tags: [' '] }), customer: {} })
    expect(Object.keys(metadata)).toEqual(['mark', 'first_message_id'])
  })
})
