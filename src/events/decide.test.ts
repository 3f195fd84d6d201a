import { describe, expect, it } from 'vitest'
import { markConversation, markMessage, markMove } from '../session/mark'
import { noteMetadata, undoneMetadata } from '../session/note'
import type { Context } from '../botpress'
import { decide } from './decide'
import { parseBatch } from './parse'

const configuration = { appId: 'a', keyId: 'app_1', keySecret: 's', forwardAutomatedMessages: false }
const ctx = { webhookId: 'hook', configuration } as Context
const options = { ctx, installation: { agentWorkspaceId: 'aw-id', switchboardIntegrationId: 'self-id' } }
const ours = { id: 'c1', metadata: markConversation('hook', 1_000) }
const session = { conversationId: 'conv_1', suncoConversationId: 'c1', beganAt: 2_000 }
const held = (id: string, integrationType = 'custom') => ({
  ...ours,
  activeSwitchboardIntegration: { id, integrationType },
})
const fromAgentWorkspace = { source: { type: 'zd:agentWorkspace' } }

const decideOn = (type: string, payload: unknown) => {
  const [event] = parseBatch(JSON.stringify({ events: [{ type, payload }] }))?.events ?? []
  return event && decide(event, options)
}
const say = (message: Record<string, unknown>) =>
  decideOn('conversation:message', {
    conversation: ours,
    message: {
      id: 'm1',
      author: { type: 'business', displayName: 'Ada' },
      content: { type: 'text', text: 'x' },
      ...message,
    },
  })

describe('who speaks', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'an agent by the id of Agent Workspace',
      { ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': '42' } },
      { kind: 'agentMessage', agent: { id: '42', name: 'Ada' } },
    ],
    [
      'an agent by a numeric id',
      { ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': 42 } },
      { kind: 'agentMessage', agent: { id: '42' } },
    ],
    [
      'an agent by subtype alone',
      { author: { type: 'business', displayName: 'Ada', subtypes: ['agent'] } },
      { kind: 'agentMessage', agent: { id: 'name:Ada' } },
    ],
    [
      'an agent without a name',
      { author: { type: 'business' }, ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': '42' } },
      { kind: 'agentMessage', agent: { name: undefined } },
    ],
    [
      'a trigger',
      { ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': '__trigger' } },
      { kind: 'nothing', because: 'automation' },
    ],
    [
      'an empty agent id',
      { ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': '' } },
      { kind: 'nothing', because: 'automation' },
    ],
    ['Agent Workspace without metadata', fromAgentWorkspace, { kind: 'nothing', because: 'automation' }],
    [
      'Zendesk’s bot',
      { source: { type: 'zd:answerBot' }, metadata: { '__zendesk_msg.agent.id': '42' } },
      { kind: 'nothing', because: 'other' },
    ],
    [
      'a bot by subtype',
      {
        ...fromAgentWorkspace,
        author: { type: 'business', subtypes: ['bot'] },
        metadata: { '__zendesk_msg.agent.id': '42' },
      },
      { kind: 'nothing', because: 'other' },
    ],
    ['another API client', { source: { type: 'api:conversations' } }, { kind: 'nothing', because: 'other' }],
    [
      'the customer',
      { author: { type: 'user', userId: 'u' }, source: { type: 'api:conversations' } },
      { kind: 'nothing', because: 'other' },
    ],
    [
      'ourselves',
      { ...fromAgentWorkspace, metadata: { ...markMessage('msg', 0, true), '__zendesk_msg.agent.id': '42' } },
      { kind: 'nothing', because: 'own message' },
    ],
    [
      'a deleted message',
      { deleted: true, ...fromAgentWorkspace, metadata: { '__zendesk_msg.agent.id': '42' } },
      { kind: 'warning' },
    ],
  ])('%s', (_, message, decision) => {
    expect(say(message)).toMatchObject(decision as object)
  })
})

describe('what ends a session', () => {
  it.each<[string, string, Record<string, unknown>, unknown]>([
    ['release', 'switchboard:releaseControl', { conversation: ours }, { kind: 'sessionEnd', reason: 'released' }],
    [
      'release with a reason',
      'switchboard:releaseControl',
      { conversation: ours, reason: 'ticketClosed' },
      { kind: 'sessionEnd', reason: 'ticketClosed' },
    ],
    [
      'a reason that is no word',
      'switchboard:releaseControl',
      { conversation: ours, reason: 'Jane Doe left!' },
      { kind: 'sessionEnd', reason: 'released' },
    ],
    [
      'our own release',
      'switchboard:releaseControl',
      { conversation: ours, metadata: markMove('release') },
      { kind: 'takenBack' },
    ],
    [
      'control elsewhere',
      'switchboard:passControl',
      { conversation: held('bot-id') },
      { kind: 'sessionEnd', reason: 'passedElsewhere' },
    ],
    [
      'control elsewhere with a reason',
      'switchboard:passControl',
      { conversation: held('bot-id'), reason: 'transferToEmail' },
      { kind: 'sessionEnd', reason: 'transferToEmail' },
    ],
    [
      'control elsewhere with a reason that is not known',
      'switchboard:passControl',
      { conversation: held('bot-id'), reason: 'somethingNew' },
      { kind: 'sessionEnd', reason: 'passedElsewhere' },
    ],
    [
      'a release with a reason of our own',
      'switchboard:releaseControl',
      { conversation: ours, reason: 'stopHitl' },
      { kind: 'sessionEnd', reason: 'released' },
    ],
    [
      'a release with a reason that is not known',
      'switchboard:releaseControl',
      { conversation: ours, reason: 'somethingNew' },
      { kind: 'sessionEnd', reason: 'released' },
    ],
    [
      'control back to us',
      'switchboard:passControl',
      { conversation: held('self-id') },
      { kind: 'sessionEnd', reason: 'returnedToBot' },
    ],
    [
      'our own taking of control',
      'switchboard:passControl',
      { conversation: held('self-id'), metadata: markMove('take') },
      { kind: 'nothing' },
    ],
    [
      'our own handing over',
      'switchboard:passControl',
      { conversation: held('aw-id'), metadata: markMove('ticket') },
      { kind: 'nothing' },
    ],
    [
      'control to Agent Workspace by type',
      'switchboard:passControl',
      { conversation: held('new-id', 'zd:agentWorkspace') },
      { kind: 'nothing' },
    ],
    [
      'control to Agent Workspace by id',
      'switchboard:passControl',
      { conversation: { ...ours, activeSwitchboardIntegration: { id: 'aw-id' } } },
      { kind: 'nothing' },
    ],
    [
      'an accepted offer',
      'switchboard:acceptControl',
      { conversation: held('bot-id') },
      { kind: 'sessionEnd', reason: 'passedElsewhere' },
    ],
    [
      'a handover that failed',
      'switchboard:passControl:failure',
      { conversation: ours, metadata: markMove('ticket'), error: { code: 'x' } },
      { kind: 'sessionEnd', reason: 'handoffFailed' },
    ],
    [
      'someone else’s failure',
      'switchboard:passControl:failure',
      { conversation: ours, error: { code: 'x' } },
      { kind: 'warning' },
    ],
    ['removal', 'conversation:remove', { conversation: ours }, { kind: 'sessionEnd', reason: 'conversationRemoved' }],
    [
      'removal of the user',
      'user:remove',
      { user: { id: 'u1', externalId: 'user_1' } },
      { kind: 'userRemoved', userExternalId: 'user_1' },
    ],
    ['removal of someone else’s user', 'user:remove', { user: { id: 'u1', externalId: 'crm-1' } }, { kind: 'nothing' }],
  ])('%s', (_, type, payload, decision) => {
    expect(decideOn(type, payload)).toMatchObject(decision as object)
  })

  it('is of no interest in other people’s conversations', () => {
    for (const metadata of [undefined, {}, markConversation('another hook', 1), { botpressHitl: 'hook' }]) {
      const payload = { conversation: { id: 'c2', metadata } }
      expect(decideOn('switchboard:releaseControl', payload)).toEqual({
        kind: 'nothing',
        because: 'foreign conversation',
      })
    }
  })
})

describe('control that is passed to us', () => {
  const passed = (metadata: object | undefined, more: object = {}) =>
    decideOn('switchboard:passControl', {
      conversation: { id: 'c2', metadata, activeSwitchboardIntegration: { id: 'self-id' } },
      ...more,
    })

  it('of someone else’s conversation is to be released', () => {
    expect(passed(undefined)).toMatchObject({ kind: 'stray', suncoConversationId: 'c2' })
    expect(passed({ crm: '1' })).toMatchObject({ kind: 'stray', suncoConversationId: 'c2' })
  })

  it('of another installation’s conversation, or by ourselves, is not', () => {
    expect(passed(markConversation('another hook', 1))).toMatchObject({ kind: 'nothing' })
    expect(passed({}, { metadata: markMove('take') })).toMatchObject({ kind: 'nothing' })
  })
})

describe('the note that an event carries', () => {
  const agentWorkspace = { id: 'aw-id', integrationType: 'zd:agentWorkspace' }
  const sayIn = (conversation: Record<string, unknown>) =>
    decideOn('conversation:message', {
      conversation: { activeSwitchboardIntegration: agentWorkspace, ...conversation },
      message: {
        id: 'm1',
        author: { type: 'business', displayName: 'Ada' },
        content: { type: 'text', text: 'x' },
        ...fromAgentWorkspace,
        metadata: { '__zendesk_msg.agent.id': '42' },
      },
    })
  const note = noteMetadata(ctx, session)
  const otherKey = { ...ctx, configuration: { ...configuration, keySecret: 'former' } } as Context
  const otherHook = { ...ctx, webhookId: 'another' } as Context

  it('names the session that the bot has taken the customer back from', () => {
    const taken = { conversation: { id: 'c1', metadata: note }, metadata: markMove('release') }
    expect(decideOn('switchboard:releaseControl', taken)).toMatchObject({ kind: 'takenBack', place: { session } })
  })

  it('names the session', () => {
    expect(sayIn({ id: 'c1', metadata: note })).toMatchObject({ kind: 'agentMessage', place: { session } })
  })

  it.each<[string, Record<string, unknown>]>([
    ['another conversation’s', { id: 'c2', metadata: note }],
    ['made up', { id: 'c1', metadata: { ...note, botpressHitlNote: 'conv_1:2000:forged' } }],
    [
      'changed',
      { id: 'c1', metadata: { ...note, botpressHitlNote: String(note.botpressHitlNote).replace('conv_1', 'conv_2') } },
    ],
    ['signed with a former key', { id: 'c1', metadata: noteMetadata(otherKey, session) }],
    ['another installation’s', { id: 'c1', metadata: { ...noteMetadata(otherHook, session), botpressHitl: 'hook' } }],
    ['no text', { id: 'c1', metadata: { ...note, botpressHitlNote: 7 } }],
    ['missing', ours],
    [
      'of a session that is over by who holds control',
      { id: 'c1', metadata: note, activeSwitchboardIntegration: null },
    ],
  ])('is not believed where it is %s', (_, conversation) => {
    const decision = sayIn(conversation)
    expect(decision).toMatchObject({ kind: 'agentMessage' })
    expect(decision).not.toHaveProperty('place.session', expect.anything())
  })

  it('is not needed to tell ours: nobody else offers control to us', () => {
    const pendingSwitchboardIntegration = { id: 'self-id' }
    expect(sayIn({ id: 'c1', pendingSwitchboardIntegration })).toMatchObject({ kind: 'agentMessage' })
    expect(sayIn({ id: 'c1' })).toMatchObject({ kind: 'nothing' })
    const others = markConversation('another hook', 1)
    expect(sayIn({ id: 'c1', metadata: others, pendingSwitchboardIntegration })).toMatchObject({ kind: 'nothing' })
  })

  it('may say that the handoff was taken back, and only we can write that', () => {
    const undone = undoneMetadata(ctx, 'c1', 1)
    expect(sayIn({ id: 'c1', metadata: undone })).toEqual({ kind: 'nothing', because: 'undone handoff' })
    for (const [id, metadata] of [
      ['c1', { ...note, botpressHitlUndone: 'true' }],
      ['c2', undone],
    ] as const) {
      expect(sayIn({ id, metadata })).toMatchObject({ kind: 'agentMessage' })
    }
  })
})
