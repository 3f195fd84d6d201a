import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Context } from '../botpress'
import { decide, type Decision } from './decide'
import { parseBatch } from './parse'

const configuration = { appId: 'a', keyId: 'app_1', keySecret: 's', forwardAutomatedMessages: true }
const options = {
  ctx: { webhookId: 'hook', configuration } as Context,
  installation: { agentWorkspaceId: 'aw', switchboardIntegrationId: 'self' },
}
const kinds = [
  'conversation:message',
  'conversation:message:delivery:failure',
  'conversation:remove',
  'switchboard:passControl',
  'switchboard:passControl:failure',
  'switchboard:acceptControl',
  'switchboard:releaseControl',
  'user:remove',
  'conversation:typing',
  '__proto__',
  'toString',
]

const decideAll = (body: string): Decision[] => (parseBatch(body)?.events ?? []).map((event) => decide(event, options))

const message = (id: string, received?: string) => ({
  id: `event of ${id}`,
  type: 'conversation:message',
  createdAt: '2026-01-01T00:00:00.000Z',
  payload: {
    conversation: { id: 'c1', metadata: { botpressHitl: 'hook', botpressHitlStartedAt: 1 } },
    message: {
      id,
      received,
      author: { type: 'business', displayName: 'Ada' },
      content: { type: 'text', text: id },
      source: { type: 'zd:agentWorkspace' },
      metadata: { '__zendesk_msg.agent.id': '7' },
    },
  },
})

describe('parseBatch', () => {
  it('puts messages in the order in which Sunco received them', () => {
    const events = [
      message('third', '2026-01-01T00:00:03.000Z'),
      message('first', '2026-01-01T00:00:01.000Z'),
      message('second', '2026-01-01T00:00:02.000Z'),
    ]
    const batch = parseBatch(JSON.stringify({ events }))
    expect(batch?.events.map(({ id }) => id)).toEqual(['event of first', 'event of second', 'event of third'])
  })

  it('puts what was said before an end of the same millisecond', () => {
    const { conversation } = message('m1').payload
    const end = { type: 'conversation:remove', createdAt: '2026-01-01T00:00:01.000Z', payload: { conversation } }
    const batch = parseBatch(JSON.stringify({ events: [end, message('m1', '2026-01-01T00:00:01.000Z')] }))
    expect(batch?.events.map(({ type }) => type)).toEqual(['conversation:message', 'conversation:remove'])
  })

  it('reads a message whose side fields have the wrong type', () => {
    const event = message('m1')
    const odd = {
      ...event,
      createdAt: 7,
      payload: {
        ...event.payload,
        message: {
          ...event.payload.message,
          received: {},
          deleted: 'yes',
          activity: [],
          source: event.payload.message.source,
        },
      },
    }
    expect(decideAll(JSON.stringify({ events: [odd] }))).toMatchObject([{ kind: 'agentMessage' }])
  })

  it('counts what is broken and keeps the rest', () => {
    const batch = parseBatch(JSON.stringify({ events: [null, message('m1'), { type: 'user:remove', payload: 5 }] }))
    expect(batch).toMatchObject({ broken: 2 })
    expect(batch?.events).toHaveLength(1)
  })

  it.each([
    ['5 MB of one string', JSON.stringify({ events: [], padding: 'x'.repeat(5_000_000) })],
    ['5 MB of events', JSON.stringify({ events: Array.from({ length: 100_000 }, () => ({ type: 'x', payload: {} })) })],
    ['10,000 nested levels', `{"events":[${'['.repeat(10_000)}${']'.repeat(10_000)}]}`],
    [
      '10,000 levels in a payload',
      `{"events":[{"type":"conversation:message","payload":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}]}`,
    ],
    [
      'prototype keys',
      '{"events":[{"type":"conversation:message","__proto__":{"payload":1},"payload":{"__proto__":{"conversation":{"id":"c"}},"constructor":1}}],"__proto__":{"polluted":true}}',
    ],
  ])('does nothing about %s', (_, body) => {
    expect(decideAll(body)).toEqual([])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('survives any JSON, and makes no session’s event of a stranger’s, whoever is said to speak', () => {
    const field = fc.oneof(fc.json(), fc.constant('null')).map((text) => JSON.parse(text) as unknown)
    const agents = fc.constant(message('m1').payload.message)
    const strangers = fc.record({
      id: fc.constant('c1'),
      metadata: fc.oneof(field, fc.constant({ botpressHitl: 'another', botpressHitlStartedAt: 1 })),
    })
    const payload = fc.record(
      {
        conversation: fc.oneof(
          field,
          fc.record({ id: field, metadata: field, activeSwitchboardIntegration: field }),
          strangers
        ),
        message: fc.oneof(field, fc.record({ id: field, author: field, content: field, metadata: field }), agents),
        user: field,
        metadata: field,
        reason: field,
        error: field,
      },
      { requiredKeys: [] }
    )
    const event = fc.record({ type: fc.oneof(fc.constantFrom(...kinds), field), payload, id: field, createdAt: field })
    fc.assert(
      fc.property(fc.array(fc.oneof(event, field)), (events) => {
        const decided = decideAll(JSON.stringify({ events }))
        const kinds = decided.map(({ kind }) => kind)
        expect(kinds.filter((kind) => kind !== 'nothing' && kind !== 'userRemoved')).toEqual([])
      }),
      { numRuns: 500 }
    )
  })
})
