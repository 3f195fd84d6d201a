import { describe, expect, it } from 'vitest'
import { NOTICES } from '../../sandbox/botpress/hitl-plugin'
import { ada, post, eventsOf, seen, tagsOf, useFaults, useStage, said, type Handoff } from './stage'

const { botpress: botpressFaults } = useFaults()
const stage = useStage({ botpress: { fault: botpressFaults.fault } })

const truncated = ({ id, externalId }: { id: string; externalId?: string }) => ({ id, externalId })

describe('agent to customer', () => {
  it('announces the agent once, before the first message, by name and picture', async () => {
    const handoff = await stage.newHandoff()
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Hello')
    agent.say(handoff.conversationId, 'How can I help?')
    await seen('both messages', () => handoff.fromAgents().length === 2)
    expect(handoff.fromAgents()).toEqual(['Hello', 'How can I help?'])
    const shown = handoff.customer.messages.map(({ payload }) => payload.text)
    expect(shown.filter((text) => text === NOTICES.assigned('Ada'))).toHaveLength(1)
    expect(shown.indexOf(NOTICES.assigned('Ada'))).toBeLessThan(shown.indexOf('Hello'))
    const [assigned] = eventsOf(handoff, 'hitlAssigned')
    expect(handoff.installation.users.get(String(assigned?.payload.userId))).toMatchObject({
      name: 'Ada',
      pictureUrl: ada.avatarUrl,
      tags: { agentId: '77' },
    })
    expect(handoff.plugin.dropped).toEqual([])
  })

  it('keeps agents of two bots apart who have the same id', async () => {
    const [one, other] = [await stage.newHandoff(), await stage.newHandoff()]
    for (const handoff of [one, other]) {
      handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
      await seen('the message', () => handoff.fromAgents().length > 0)
      expect(handoff.plugin.dropped).toEqual([])
    }
  })

  it('announces a second agent, and the first one coming back', async () => {
    const handoff = await stage.newHandoff()
    const [first, second] = [handoff.app.agent(ada), handoff.app.agent({ id: '99', name: 'Bob' })]
    for (const [agent, text] of [
      [first, 'a'],
      [second, 'b'],
      [second, 'c'],
      [first, 'd'],
    ] as const) {
      agent.say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().at(-1) === text)
    }
    const names = eventsOf(handoff, 'hitlAssigned').map(
      ({ payload }) => handoff.installation.users.get(String(payload.userId))?.name
    )
    expect(names).toEqual(['Ada', 'Bob', 'Ada'])
  })

  it('costs no Botpress call for own messages, strangers’ conversations and events of no interest', async () => {
    const handoff = await stage.newHandoff()
    const foreign = structuredClone([...handoff.app.conversations.values()][0]!)
    foreign.metadata = { botpressHitl: 'another', botpressHitlStartedAt: Date.now() }
    foreign.id = 'f'.repeat(24)
    handoff.app.conversations.set(foreign.id, foreign)
    handoff.app.otherApiMessage(handoff.conversationId, 'from another API client')
    handoff.app.automatedMessage(handoff.conversationId, 'You are number 3 in the queue')
    handoff.app.automatedMessage(handoff.conversationId, 'A trigger speaks', { trigger: true })
    handoff.app.answerBotMessage(handoff.conversationId, 'Zendesk’s bot speaks')
    handoff.app.automatedMessage(foreign.id, 'for someone else')
    stage.calls()
    await handoff.app.emit([{ type: 'conversation:read', payload: { conversation: { id: handoff.conversationId } } }])
    await stage.world().sunco.settled()
    // A function that is new to the installation reads it.
    const calls = stage.calls('botpress').filter(({ path }) => !path.endsWith('/installation'))
    expect(calls).toEqual([])
    expect(handoff.fromAgents()).toEqual([])
  })

  it('releases a conversation that is none of the bot’s and was passed to it', async () => {
    const { app, conversationId, downstreamId, installation } = await stage.newHandoff()
    const conversation = app.conversations.get(conversationId)!
    conversation.metadata = {}
    installation.conversations.delete(downstreamId)
    app.passControlByShorthand(conversationId, `botpress-hitl-${installation.webhookId}`)
    expect(conversation.activeId).toBeDefined()
    await stage.world().sunco.settled()
    expect(conversation.activeId).toBeUndefined()
  })

  it('leaves a conversation that was passed to it with whoever holds it by now', async () => {
    const { app, conversationId, downstreamId, installation } = await stage.newHandoff()
    const conversation = app.conversations.get(conversationId)!
    const agentWorkspace = conversation.activeId
    conversation.metadata = {}
    installation.conversations.delete(downstreamId)
    app.passControlByShorthand(conversationId, `botpress-hitl-${installation.webhookId}`)
    await stage.world().sunco.settled()
    conversation.activeId = agentWorkspace
    await app.emit([app.events.findLast(({ type }) => type === 'switchboard:passControl')!])
    expect(app.deliveries.at(-1)?.status).toBe(200)
    expect(conversation.activeId).toBe(agentWorkspace)
  })

  it('ends a session whose marks were replaced, where it is passed back to the bot', async () => {
    const handoff = await stage.newGrownHandoff()
    handoff.app.conversations.get(handoff.conversationId)!.metadata = {}
    handoff.app.passControlByShorthand(handoff.conversationId, `botpress-hitl-${handoff.installation.webhookId}`)
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(tagsOf(handoff).endReason).toBe('returnedToBot')
  })

  it.each<[string, (handoff: Handoff) => void, string]>([
    ['the agent ends it', (h) => h.app.agent(ada).endSession(h.conversationId), 'released'],
    [
      'it is sent on by e-mail',
      (h) => h.app.agent(ada).endSession(h.conversationId, 'transferToEmail'),
      'transferToEmail',
    ],
    ['the ticket is closed', (h) => h.app.closeTicket(h.conversationId), 'ticketClosed'],
    [
      'control goes to Zendesk’s bot',
      (h) => h.app.passControlByShorthand(h.conversationId, 'zd-answerBot'),
      'passedElsewhere',
    ],
    [
      'control comes back to the bot',
      (h) => h.app.passControlByShorthand(h.conversationId, `botpress-hitl-${h.installation.webhookId}`),
      'returnedToBot',
    ],
    ['the conversation is removed', (h) => h.app.removeConversation(h.conversationId), 'conversationRemoved'],
    [
      'the user is removed',
      (h) =>
        void h.app.emit([
          { type: 'user:remove', payload: { user: truncated(h.app.users.get(h.ticket.requesterUserId)!) } },
        ]),
      'userRemoved',
    ],
  ])('ends the session once when %s', async (_, end, reason) => {
    const handoff = await stage.newGrownHandoff()
    const { conversationId } = handoff.customer.session()!
    end(handoff)
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
    expect(handoff.installation.conversations.get(conversationId)?.tags.endReason).toBe(reason)
  })

  it('does not end a session at its own moves, nor when a ticket is solved', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.solveTicket(handoff.conversationId)
    await stage.world().sunco.settled()
    expect(handoff.customer.isWithAgent()).toBe(true)
    await handoff.customer.end()
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toEqual([])
  })
})

describe('the webhook', () => {
  it.each(['HEAD', 'GET'])('answers %s with 200', async (method) => {
    const { installation } = await stage.newBot()
    expect((await fetch(installation.webhookUrl, { method })).status).toBe(200)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"events":'],
    ['no list', '{"events":{}}'],
    ['null', 'null'],
    ['a list of nonsense', '{"events":[null,1,"x",[],{"type":7},{"type":"conversation:message","payload":null}]}'],
  ])('is not harmed by %s', async (_, body) => {
    const handoff = await stage.newHandoff()
    expect((await post(handoff, body)).status).toBe(200)
  })

  it('handles the sound events of a batch that holds broken ones', async () => {
    const handoff = await stage.newHandoff()
    const broken = { id: '1', type: 'conversation:message', payload: { conversation: 7 } }
    expect((await post(handoff, JSON.stringify({ events: [broken, said(handoff, 'sound'), broken] }))).status).toBe(200)
    expect(handoff.fromAgents()).toEqual(['sound'])
  })

  it('puts off nothing that can never be handled', async () => {
    const handoff = await stage.newHandoff()
    const { metadata } = handoff.app.conversations.get(handoff.conversationId)!
    const unknown = { id: 'e'.repeat(24), metadata: { ...metadata, botpressHitlStartedAt: Date.now() - 130_000 } }
    const events = [
      { id: 'gone', type: 'conversation:remove', payload: { conversation: unknown } },
      { id: 'left', type: 'user:remove', payload: { user: { id: 'd'.repeat(24), externalId: 'user_of_another_bot' } } },
    ]
    for (const event of events) expect((await post(handoff, JSON.stringify({ events: [event] }))).status).toBe(200)
  })

  it('lets no conversation of a batch wait for another one', async () => {
    const slow = await stage.newHandoff()
    const quick = await stage.newGrownHandoff(slow)
    const slowClaim = new RegExp(`${slow.downstreamId}/claim`)
    botpressFaults.next(slowClaim, { kind: 'delay', ms: 1_500 })
    const answer = post(slow, JSON.stringify({ events: [said(slow, 'slow'), said(quick, 'quick')] }))
    await seen('the quick one', () => quick.fromAgents().length === 1)
    expect(slow.fromAgents()).toEqual([])
    expect((await answer).status).toBe(200)
    expect(slow.fromAgents()).toEqual(['slow'])
  })

  it('handles all conversations of a batch, also where they are more than it works on at a time', async () => {
    const first = await stage.newHandoff()
    const handoffs = [first]
    while (handoffs.length < 12) handoffs.push(await stage.newGrownHandoff(first))
    const events = handoffs.map((handoff, n) => said(handoff, `to customer ${n}`))
    expect((await post(first, JSON.stringify({ events }))).status).toBe(200)
    expect(handoffs.map((handoff) => handoff.fromAgents())).toEqual(handoffs.map((_, n) => [`to customer ${n}`]))
  })

  it('tells events of two bots apart that have the same id', async () => {
    const [one, other] = [await stage.newHandoff(), await stage.newHandoff()]
    for (const handoff of [one, other]) {
      const event = { ...said(handoff, 'the same'), id: 'same' }
      expect((await post(handoff, JSON.stringify({ events: [event] }))).status).toBe(200)
      expect(handoff.fromAgents()).toEqual(['the same'])
    }
  })

  it('asks for the secret whatever the method is, but for the ones by which Sunco looks whether anyone is there', async () => {
    const { installation } = await stage.newHandoff()
    expect((await fetch(installation.webhookUrl, { method: 'PUT', body: '{}' })).status).toBe(401)
  })
})
