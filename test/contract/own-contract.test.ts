import { describe, expect, it } from 'vitest'
import { answerViolations, operations, requestViolations } from './own-contract'
import { eventViolations } from './own-events'

const app = '/v2/apps/67a0e55ef0305f4a391e9d69'
const conversation = `${app}/conversations/67a0ecf8f0305f4a391e9db1`

const sent = (method: string, path: string, requestBody?: unknown, query = ''): string[] =>
  requestViolations({ method, path, query, requestBody })

describe('what we send', () => {
  const user = { type: 'user', userExternalId: 'user_1' }
  const text = { type: 'text', text: 'Hello' }
  const post = (body: unknown): string[] => sent('POST', `${conversation}/messages`, body)

  it.each([
    ['a message with metadata', post({ author: user, content: text, metadata: { a: 'b', n: 1, is: true } })],
    ['a message of the bot', post({ author: { type: 'business' }, content: { type: 'text', markdownText: '**b**' } })],
    ['a user', sent('POST', `${app}/users`, { externalId: 'user_1', profile: { givenName: 'J', email: null } })],
    ['a page', sent('GET', `${app}/integrations`, undefined, '?filter[types]=custom&page[size]=100&page[after]=x')],
    ['a pass of control', sent('POST', `${conversation}/passControl`, { switchboardIntegration: '5ef21b86e933b' })],
  ])('%s, as it should be', (_, violations) => {
    expect(violations).toEqual([])
  })

  it.each([
    ['an unknown operation', sent('PUT', `${app}/users`, {}), /not an operation/],
    ['a misspelt field', post({ author: user, content: text, metdata: {} }), /metdata/],
    ['a message without an author', post({ content: text }), /body\/author/],
    ['a text that is too long', post({ author: user, content: { ...text, text: 'x'.repeat(4097) } }), /body\/content/],
    ['an empty text', post({ author: user, content: { ...text, text: '' } }), /body\/content/],
    ['a link that is none', post({ author: user, content: { type: 'image', mediaUrl: 'a.png' } }), /body\/content/],
    ['nested metadata', post({ author: user, content: text, metadata: { a: {} } }), /body\/metadata/],
    ['too much metadata', post({ author: user, content: text, metadata: { a: 'x'.repeat(4096) } }), /4 KB/],
    ['an empty name', sent('POST', `${app}/users`, { externalId: 'u', profile: { givenName: '' } }), /givenName/],
    ['a second participant', sent('POST', `${app}/conversations`, twoParticipants()), /participants/],
    [
      'a page that is too large',
      sent('GET', `${app}/integrations`, undefined, '?filter[types]=custom&page[size]=101'),
      /page/,
    ],
    ['an unknown parameter', sent('GET', `${conversation}/messages`, undefined, '?limit=5'), /limit/],
    ['a body where there is none', sent('DELETE', conversation, { a: 1 }), /not expected/],
    [
      'standby events',
      sent('PATCH', `${app}/switchboards/s/switchboardIntegrations/i`, { deliverStandbyEvents: true }),
      /deliverStandbyEvents/,
    ],
    [
      'a trigger that does not exist',
      sent('PATCH', `${app}/integrations/i/webhooks/w`, { target: 'https://a.example', triggers: ['user:typing'] }),
      /triggers/,
    ],
  ])('%s, is found', (_, violations, fault) => {
    expect(violations.join('\n')).toMatch(fault)
  })
})

const twoParticipants = (): object => ({
  type: 'personal',
  participants: [{ userExternalId: 'a' }, { userExternalId: 'b' }],
  metadata: {},
})

const message = {
  id: '67a0ecf8f0305f4a391e9db2',
  received: '2026-11-27T05:00:00.000Z',
  author: { type: 'business', subtypes: ['agent'] },
  content: { type: 'text', text: 'Hello' },
  source: { type: 'zd:agentWorkspace' },
}

describe('what we read of an event', () => {
  const conversation = { id: '67a0ecf8f0305f4a391e9db1', type: 'personal' }
  const stamp = { id: '67a0ecf8f0305f4a391e9db3', createdAt: '2026-11-27T05:00:00.000Z' }
  const eventOf = (type: string, payload: unknown, rest: object = stamp): string[] =>
    eventViolations({ ...rest, type, payload })

  it.each([
    ['a message', eventOf('conversation:message', { conversation, message })],
    ['an end', eventOf('switchboard:releaseControl', { conversation, reason: 'ticketClosed' })],
    ['another kind', eventOf('conversation:read', 7)],
  ])('%s, as it should be', (_, violations) => {
    expect(violations).toEqual([])
  })

  it.each([
    ['no time', eventOf('conversation:read', {}, { id: stamp.id }), /createdAt/],
    [
      'a message without its author',
      eventOf('conversation:message', { conversation, message: { ...message, author: {} } }),
      /author/,
    ],
    ['no conversation', eventOf('switchboard:passControl', {}), /conversation/],
    ['a failure without a code', eventOf('switchboard:passControl:failure', { conversation, error: {} }), /code/],
  ])('%s, is found', (_, violations, fault) => {
    expect(violations.join('\n')).toMatch(fault)
  })
})

describe('what we read', () => {
  const read = (method: string, path: string, status: number, responseBody: unknown): string[] =>
    answerViolations({ method, path, status, responseBody })

  it.each([
    ['an answer without what we need', read('GET', `${app}/switchboards`, 200, {}), /switchboards/],
    [
      'a webhook without its secret',
      read('GET', `${app}/integrations/i/webhooks`, 200, { webhooks: [{ id: 'w', target: 't', triggers: [] }] }),
      /secret/,
    ],
    ['another status', read('POST', `${app}/users`, 200, { user: { id: 'u' } }), /status: 200/],
    ['more than a page', read('GET', `${conversation}/messages`, 200, { messages: Array(101).fill({}) }), /messages/],
  ])('%s, is found', (_, violations, fault) => {
    expect(violations.join('\n')).toMatch(fault)
  })

  it('is not judged where Sunco refuses', () => {
    expect(read('GET', conversation, 404, { errors: [] })).toEqual([])
  })
})

it('describes each operation once', () => {
  const names = operations.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
})
