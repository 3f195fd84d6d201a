import { isApiError, type Client } from '@botpress/client'
import { describe, expect, it } from 'vitest'
import type { Botpress, Installation } from '../../sandbox/botpress'
import { clientOf, NOWHERE, runBotpress, useClosers } from './running'

useClosers()

type Bench = { client: Client; installation: Installation; botpress: Botpress }

const bench = async (tags?: { conversation?: string[] }): Promise<Bench> => {
  const botpress = await runBotpress()
  const installation = botpress.install({ configuration: {}, integration: NOWHERE, tags })
  return { client: clientOf(botpress, installation), installation, botpress }
}

const conversationAndUser = async (client: Client): Promise<{ conversationId: string; userId: string }> => {
  const { conversation } = await client.createConversation({ channel: 'hitl', tags: {} })
  const { user } = await client.createUser({ tags: {} })
  return { conversationId: conversation.id, userId: user.id }
}

const failureOf = async (work: Promise<unknown>): Promise<{ code: number; type: string }> => {
  try {
    await work
  } catch (error) {
    if (isApiError(error)) return { code: error.code, type: error.type }
    throw error
  }
  throw new Error('It was not refused')
}

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

describe('get or create', () => {
  it('makes one user for many simultaneous calls and keeps its name, bringing other tags up to date', async () => {
    const { client } = await bench()
    const created = await times(10, (index) =>
      client.getOrCreateUser({ tags: { id: 'u1', email: `${index}` }, discriminateByTags: ['id'], name: 'First' })
    )
    expect(new Set(created.map(({ user }) => user.id)).size).toBe(1)
    const { user } = await client.getOrCreateUser({
      tags: { id: 'u1', email: 'new' },
      discriminateByTags: ['id'],
      name: 'Second',
    })
    expect(user).toMatchObject({ name: 'First', tags: { id: 'u1', email: 'new' } })
  })

  it('makes one conversation and says who made it', async () => {
    const { client, installation } = await bench()
    const answers = await times(10, () =>
      client.getOrCreateConversation({ channel: 'hitl', tags: { id: 'c1' }, discriminateByTags: ['id'] })
    )
    expect(installation.conversations.size).toBe(1)
    expect(
      answers.filter((answer) => 'meta' in answer && JSON.stringify(answer.meta) === '{"created":true}')
    ).toHaveLength(1)
    const other = await client.getOrCreateConversation({ channel: 'side', tags: { id: 'c1' } })
    expect(other.conversation.id).not.toBe(answers[0]?.conversation.id)
  })

  it('makes one message and, with nothing to discriminate by, compares all tags', async () => {
    const { client, installation } = await bench()
    const { conversationId, userId } = await conversationAndUser(client)
    const message = { conversationId, userId, type: 'text', payload: { text: 'hello' } }
    const heard: string[] = []
    installation.onMessage(({ id }) => heard.push(id))
    const tagged = await times(10, () =>
      client.getOrCreateMessage({ ...message, tags: { id: 'm1', at: '1' }, discriminateByTags: ['id'] })
    )
    expect(heard).toEqual([tagged[0]?.message.id])
    expect(tagged[0]?.message.direction).toBe('incoming')
    await client.getOrCreateMessage({ ...message, tags: { id: 'm1' } })
    expect(installation.messages.size).toBe(2)
  })

  it('brings a message that is there up to date, and tells nobody of it again', async () => {
    const { client, installation } = await bench()
    const { conversationId, userId } = await conversationAndUser(client)
    const heard: string[] = []
    installation.onMessage(({ id }) => heard.push(id))
    const lookup = { conversationId, userId, discriminateByTags: ['id'] }
    const first = await client.getOrCreateMessage({
      ...{ ...lookup, type: 'text', payload: { text: 'hello' } },
      tags: { id: 'm1', at: '1', by: 'Ada' },
    })
    const { message } = await client.getOrCreateMessage({
      ...{ ...lookup, type: 'image', payload: { imageUrl: 'https://example.com' } },
      tags: { id: 'm1', at: '2' },
    })
    expect(message).toMatchObject({ id: first.message.id, type: 'image', payload: { imageUrl: 'https://example.com' } })
    expect(message.tags).toEqual({ id: 'm1', at: '2', by: 'Ada' })
    expect(installation.messages.get(message.id)).toEqual(message)
    expect(heard).toEqual([message.id])
  })

  it('refuses to discriminate by a tag that has no value', async () => {
    const { client } = await bench()
    const lookup = client.getOrCreateUser({ tags: {}, discriminateByTags: ['id'] })
    expect(await failureOf(lookup)).toEqual({ code: 400, type: 'InvalidPayload' })
  })
})

describe('lists', () => {
  it('filters conversations by tag and channel', async () => {
    const { client } = await bench()
    await client.createConversation({ channel: 'hitl', tags: { id: 'a', state: 'open' } })
    await client.createConversation({ channel: 'hitl', tags: { id: 'b', state: 'open' } })
    await client.createConversation({ channel: 'side', tags: { id: 'a' } })
    const { conversations } = await client.listConversations({ tags: { id: 'a' }, channel: 'hitl' })
    expect(conversations.map(({ tags }) => tags)).toEqual([{ id: 'a', state: 'open' }])
    expect((await client.listConversations({ tags: { state: 'open' } })).conversations).toHaveLength(2)
  })

  it('pages messages of a conversation, newest first', async () => {
    const { client } = await bench()
    const { conversationId, userId } = await conversationAndUser(client)
    for (let index = 0; index < 25; index++) {
      const tags = { id: String(index), parity: index % 2 ? 'odd' : 'even' }
      await client.createMessage({ conversationId, userId, type: 'text', payload: { text: 'x' }, tags })
    }
    const first = await client.listMessages({ conversationId })
    expect(first.messages).toHaveLength(20)
    expect(first.messages[0]?.tags.id).toBe('24')
    const second = await client.listMessages({ conversationId, nextToken: first.meta.nextToken })
    expect(second.messages.map(({ tags }) => tags.id)).toEqual(['4', '3', '2', '1', '0'])
    expect(second.meta.nextToken).toBeUndefined()
    expect((await client.listMessages({ tags: { parity: 'odd' } })).messages).toHaveLength(12)
  })

  it('lists the events of one conversation, newest first', async () => {
    const { client } = await bench()
    const { conversationId } = await conversationAndUser(client)
    const { conversationId: other } = await conversationAndUser(client)
    await client.createEvent({ type: 'hitlAssigned', conversationId, payload: { conversationId } })
    await client.createEvent({ type: 'hitlStopped', conversationId, payload: { conversationId } })
    await client.createEvent({ type: 'hitlStopped', conversationId: other, payload: {} })
    const { events } = await client.listEvents({ conversationId })
    expect(events.map(({ type }) => type)).toEqual(['hitlStopped', 'hitlAssigned'])
    expect((await client.listEvents({ conversationId, type: 'hitlAssigned' })).events).toHaveLength(1)
  })
})

describe('states', () => {
  it('sets once under simultaneous calls, patches, and removes with null', async () => {
    const { client, installation } = await bench()
    const key = { type: 'integration', id: installation.integrationId, name: 'keys' } as const
    expect(await failureOf(client.getState(key))).toEqual({ code: 404, type: 'ResourceNotFound' })
    const answers = await times(5, (index) => client.getOrSetState({ ...key, payload: { index } }))
    expect(new Set(answers.map(({ state }) => JSON.stringify(state.payload))).size).toBe(1)
    expect(answers.filter(({ meta }) => !meta.cached)).toHaveLength(1)
    await client.setState({ ...key, payload: { a: 1, b: 1 } })
    await client.patchState({ ...key, payload: { b: 2 } })
    expect((await client.getState(key)).state.payload).toEqual({ a: 1, b: 2 })
    await client.setState({ ...key, payload: null })
    expect(await failureOf(client.getState(key))).toMatchObject({ code: 404 })
  })

  it('answers get-or-set with what it last read or wrote where it may, whatever was set or removed since', async () => {
    const { client, installation, botpress } = await bench()
    const key = { type: 'integration', id: installation.integrationId, name: 'claim' } as const
    const look = async (): Promise<[unknown, boolean]> => {
      const { state, meta } = await client.getOrSetState({ ...key, payload: { by: 'me' } })
      return [state.payload.by, meta.cached]
    }
    botpress.behaviour.stateCacheMs = 60_000
    expect([await look(), await look()]).toEqual([
      ['me', false],
      ['me', true],
    ])
    await client.setState({ ...key, payload: { by: 'you' } })
    expect(await look()).toEqual(['me', true])
    expect((await client.getState(key)).state.payload).toEqual({ by: 'you' })
    await client.setState({ ...key, payload: null })
    expect(await look()).toEqual(['me', true])
    botpress.behaviour.stateCacheMs = 1
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await look()).toEqual(['me', false])
    botpress.behaviour.stateCacheMs = 0
    await client.setState({ ...key, payload: { by: 'you' } })
    expect(await look()).toEqual(['you', true])
  })

  it('caches from the start where it is started so', async () => {
    const botpress = await runBotpress({ stateCacheMs: 60_000 })
    expect(botpress.behaviour).toEqual({ stateCacheMs: 60_000 })
  })

  it('forgets a state that was idle for its expiry', async () => {
    const { client, installation } = await bench()
    const key = { type: 'integration', id: installation.integrationId, name: 'lock' } as const
    await client.setState({ ...key, payload: { a: 1 }, expiry: 400 })
    expect((await client.getState(key)).state.payload).toEqual({ a: 1 })
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await failureOf(client.getState(key))).toMatchObject({ code: 404 })
  })
})

describe('the configuration of an integration', () => {
  it('keeps how often it is to be registered, until it is told otherwise', async () => {
    const { client, installation } = await bench()
    expect(installation.schedule).toBeUndefined()
    await client.configureIntegration({ scheduleRegisterCall: 'hourly' })
    await client.configureIntegration({ identifier: 'me' })
    expect(installation.schedule).toBe('hourly')
    await client.configureIntegration({ scheduleRegisterCall: 'daily' })
    expect(installation.schedule).toBe('daily')
    const often: string = 'minutely'
    const refused = client.configureIntegration({ scheduleRegisterCall: often as 'hourly' })
    expect(await failureOf(refused)).toEqual({ code: 400, type: 'InvalidPayload' })
  })
})

describe('files', () => {
  it('serves a public file to everybody and another one to nobody', async () => {
    const { client } = await bench()
    const content = Buffer.from([0, 255, 128, 7])
    const { file } = await client.uploadFile({
      key: 'a.bin',
      content,
      contentType: 'image/png',
      accessPolicies: ['public_content'],
      publicContentImmediatelyAccessible: true,
    })
    const response = await fetch(file.url)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content)
    const secret = await client.uploadFile({ key: 'b.json', content: '{"é":1}', contentType: 'application/json' })
    expect((await fetch(secret.file.url)).status).toBe(403)
    expect((await client.getFile({ id: 'b.json' })).file).toMatchObject({ status: 'upload_completed', size: 8 })
  })
})

describe('refusals', () => {
  it('takes empty tags as unset, and refuses long or undeclared ones', async () => {
    const { client } = await bench({ conversation: ['id', 'note'] })
    const { conversation } = await client.createConversation({ channel: 'hitl', tags: { id: '1', note: 'x' } })
    const { id } = conversation
    expect((await client.updateConversation({ id, tags: { note: '' } })).conversation.tags).toEqual({ id: '1' })
    const invalid = { code: 400, type: 'InvalidPayload' }
    expect(await failureOf(client.updateConversation({ id, tags: { note: 'x'.repeat(501) } }))).toEqual(invalid)
    expect(await failureOf(client.updateConversation({ id, tags: { other: 'x' } }))).toEqual(invalid)
  })

  it('answers a wrong token, a foreign installation and an unknown resource as the client expects', async () => {
    const botpress = await runBotpress({
      fault: ({ path }) => (path.endsWith('/users') ? { kind: 'refuse', status: 429 } : undefined),
    })
    const options = { configuration: {}, integration: NOWHERE }
    const [one, two] = [botpress.install(options), botpress.install(options)]
    const listed = clientOf(botpress, one, 'wrong').listConversations({})
    expect(await failureOf(listed)).toEqual({ code: 401, type: 'Unauthorized' })
    const mixed = clientOf(botpress, { ...one, integrationId: two.integrationId })
    expect(await failureOf(mixed.listConversations({}))).toEqual({ code: 403, type: 'Forbidden' })
    const client = clientOf(botpress, one)
    const { conversation } = await client.createConversation({ channel: 'hitl', tags: {} })
    const unseen = clientOf(botpress, two).getConversation({ id: conversation.id })
    expect(await failureOf(unseen)).toEqual({ code: 404, type: 'ResourceNotFound' })
    const orphan = { conversationId: conversation.id, userId: 'user_x', type: 'text', payload: {}, tags: {} }
    expect(await failureOf(client.createMessage(orphan))).toEqual({ code: 400, type: 'ReferenceNotFound' })
    expect(await failureOf(client.createUser({ tags: {} }))).toEqual({ code: 429, type: 'RateLimited' })
  })
})
