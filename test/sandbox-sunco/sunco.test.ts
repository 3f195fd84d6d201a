import { describe, expect, it } from 'vitest'
import {
  addBot,
  basic,
  call,
  control,
  delivered,
  handOver,
  newConversation,
  newUser,
  post,
  stage,
  useStage,
} from './stage'

useStage()

describe('control and its events', () => {
  it('tells the active and the pending integration, and nobody in standby', async () => {
    const { secret } = await addBot()
    const conversation = await handOver({ 'dataCapture.systemField.tags': 'a,b' })
    const agent = stage.app.agent({ id: '77', name: 'Ada' })
    agent.say(conversation, 'Hello')
    await newConversation(await newUser()).then((other) => post(other, 'not for the bot'))
    await stage.sunco.settled()
    expect(stage.receiver.types()).toEqual([
      'switchboard:passControl',
      'conversation:message',
      'switchboard:passControl',
      'switchboard:offerControl',
      'conversation:message',
    ])
    expect(
      stage.receiver.received.every(({ apiKey, webhookVersion }) => apiKey === secret && webhookVersion === 'v2')
    ).toBe(true)
    expect(stage.receiver.received[2]?.events[0]?.payload).toMatchObject({
      conversation: { activeSwitchboardIntegration: { name: 'zd-agentWorkspace' }, metadata: { owner: 'bridge' } },
      metadata: { 'dataCapture.systemField.tags': 'a,b' },
    })
    expect(stage.receiver.received[4]?.events[0]?.payload).toMatchObject({
      conversation: { id: conversation, pendingSwitchboardIntegration: { name: 'bot' } },
      message: {
        author: { type: 'business', displayName: 'Ada' },
        content: { type: 'text', text: 'Hello' },
        source: { type: 'zd:agentWorkspace' },
        metadata: { '__zendesk_msg.agent.id': '77' },
      },
    })
  })

  it('ends a session with a release that the pending integration still hears of', async () => {
    await addBot()
    const conversation = await handOver()
    stage.app.agent({ id: '77', name: 'Ada' }).endSession(conversation, 'transferToEmail')
    await stage.sunco.settled()
    const last = stage.receiver.received.at(-1)?.events[0]
    expect(last).toMatchObject({ type: 'switchboard:releaseControl', payload: { reason: 'transferToEmail' } })
    expect(last?.payload['conversation']).not.toHaveProperty('activeSwitchboardIntegration')
    expect(() => stage.app.agent({ id: '77', name: 'Ada' }).say(conversation, 'late')).toThrow('no active session')
  })

  it('passes control on closing if Agent Workspace has a next, and is silent on solving', async () => {
    const { seat } = await addBot()
    const conversation = await handOver()
    stage.app.solveTicket(conversation)
    const seats = [...stage.app.switchboardIntegrations.values()]
    Object.assign(seats.find(({ name }) => name === 'zd-agentWorkspace') ?? {}, { nextSwitchboardIntegrationId: seat })
    stage.app.closeTicket(conversation)
    await stage.sunco.settled()
    expect(stage.receiver.types().slice(-2)).toEqual(['switchboard:offerControl', 'switchboard:passControl'])
    expect(stage.receiver.received.at(-1)?.events[0]?.payload).toMatchObject({ reason: 'ticketClosed' })
    expect(stage.app.tickets).toMatchObject([{ status: 'closed', sessionActive: false }])
  })

  it('answers 404 to an unknown target and reports an impossible offer by an event', async () => {
    await addBot()
    const conversation = await newConversation(await newUser())
    const unknown = await control(conversation, 'passControl', { switchboardIntegration: 'nobody' })
    expect(unknown).toMatchObject({ status: 404, body: { errors: [{ code: 'switchboard_integration_not_found' }] } })
    await delivered(control(conversation, 'passControl', { switchboardIntegration: 'bot' }))
    expect(await control(conversation, 'offerControl', { switchboardIntegration: 'bot' })).toEqual({
      status: 200,
      body: {},
    })
    await stage.sunco.settled()
    expect(stage.receiver.received.at(-1)?.events[0]).toMatchObject({
      type: 'switchboard:offerControl:failure',
      payload: { error: { code: 'switchboard_invalid_target' } },
    })
  })

  it('refuses a release by an integration that is not active', async () => {
    const { id } = await addBot()
    const conversation = await handOver()
    const key = basic(stage.app.addKey('integration', id))
    expect((await call('POST', `/conversations/${conversation}/releaseControl`, {}, key)).status).toBe(403)
    expect((await call('POST', `/conversations/${conversation}/acceptControl`, {}, key)).status).toBe(200)
    expect((await call('POST', `/conversations/${conversation}/releaseControl`, {}, key)).status).toBe(200)
  })
})

describe('delivery', () => {
  const attempts = (): [number, number][] => stage.app.deliveries.map(({ attempt, status }) => [attempt, status])

  it('tries five times on 503, with the same event id', async () => {
    await addBot({ onSwitchboard: false })
    stage.receiver.answers = [503, 503, 503, 503, 503]
    await post(await newConversation(await newUser()), 'hello')
    await stage.sunco.settled()
    expect(attempts()).toEqual([1, 2, 3, 4, 5].map((attempt) => [attempt, 503]))
    expect(new Set(stage.receiver.received.map(({ events }) => events[0]?.id)).size).toBe(1)
  })

  it.each([400, 401, 403, 404, 406])('gives up at once on %i', async (status) => {
    await addBot({ onSwitchboard: false })
    stage.receiver.answers = [status]
    await post(await newConversation(await newUser()), 'hello')
    await stage.sunco.settled()
    expect(attempts()).toEqual([[1, status]])
  })

  it('acts out duplicates, a wrong secret and events that overtake', async () => {
    await addBot({ onSwitchboard: false })
    const conversation = await newConversation(await newUser())
    let asked = 0
    stage.deliveryFault = () => {
      asked += 1
      return asked === 1 ? { delayMs: 800 } : { copies: 2, wrongSecret: true }
    }
    await post(conversation, 'slow')
    await post(conversation, 'fast')
    await stage.sunco.settled()
    const message = (text: string): object => ({ events: [{ payload: { message: { content: { text } } } }] })
    expect(stage.receiver.received).toMatchObject([message('fast'), message('fast'), message('slow')])
    expect(stage.receiver.received[0]?.apiKey).not.toBe(stage.receiver.received[2]?.apiKey)
  })

  it('delivers raw events in one batch', async () => {
    await addBot()
    await stage.app.emit([
      { type: 'unheard:of', payload: {} },
      { type: 'conversation:read', payload: {} },
    ])
    expect(stage.receiver.received).toHaveLength(1)
    expect(stage.receiver.types()).toEqual(['unheard:of', 'conversation:read'])
  })
})

describe('tickets', () => {
  it('opens one from first_message_id on, with the captured fields', async () => {
    await addBot()
    const user = await newUser()
    const conversation = await newConversation(user)
    await control(conversation, 'passControl', { switchboardIntegration: 'bot' })
    const ids: string[] = []
    for (let index = 0; index < 14; index += 1)
      ids.push((await post(conversation, `${index}`)).body.messages?.[0]?.id ?? '')
    expect(stage.app.tickets).toEqual([])
    const fields = { 'dataCapture.systemField.priority': 'high', 'dataCapture.ticketField.42': 'x' }
    await control(conversation, 'passControl', {
      switchboardIntegration: 'zd-agentWorkspace',
      metadata: { ...fields, first_message_id: ids[1], lang: 'en' },
    })
    expect(stage.app.tickets).toMatchObject([
      { conversationId: conversation, requesterUserId: user, status: 'open', sessionActive: true, fields },
    ])
    expect(stage.app.tickets[0]?.transcript.map(({ id }) => id)).toEqual(ids.slice(1))
  })

  it('waits for a message, and copies the last ten by default', async () => {
    const conversation = await newConversation(await newUser())
    const metadata = { 'dataCapture.systemField.tags': 'late' }
    await control(conversation, 'passControl', { switchboardIntegration: 'zd-agentWorkspace', metadata })
    expect(stage.app.tickets).toEqual([])
    await post(conversation, 'first')
    expect(stage.app.tickets).toMatchObject([{ fields: metadata, transcript: [{ content: { text: 'first' } }] }])
  })

  it('opens a bare second ticket for a user’s message after the end of the session', async () => {
    await addBot()
    const conversation = await handOver({ 'dataCapture.systemField.tags': 'a' })
    await control(conversation, 'releaseControl')
    const [user] = stage.app.users.keys()
    stage.app.automatedMessage(conversation, 'Rate us', { trigger: true })
    expect(stage.app.tickets).toHaveLength(1)
    await post(conversation, 'one more thing', { type: 'user', userId: user })
    expect(stage.app.tickets).toMatchObject([{ sessionActive: false }, { sessionActive: true, fields: {} }])
    await stage.sunco.settled()
    expect(stage.app.events.at(-1)?.type).toBe('conversation:message')
  })
})
