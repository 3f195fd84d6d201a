import { afterEach, describe, expect, it } from 'vitest'
import { ada, eventsOf, makeOlder, seen, tagsOf, useFaults, useStage, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
let isRefused = false
afterEach(() => {
  isRefused = false
})

const endReasonOf = (handoff: Handoff) => tagsOf(handoff).endReason

describe('what the webhook never heard of', () => {
  const stage = useStage({
    sunco: {
      fault: suncoFaults.fault,
      delivery: { firstDelayMs: 10 },
      deliveryFault: () => (isRefused ? { wrongSecret: true } : undefined),
    },
    botpress: { fault: botpressFaults.fault },
  })

  const { whileDown } = stage

  it('is found when the customer next speaks: the end, and what the agent said before it', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    await whileDown(() => {
      agent.say(handoff.conversationId, 'Goodbye')
      agent.endSession(handoff.conversationId)
    })
    await handoff.customer.say('Anyone there?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromAgents()).toEqual(['Goodbye'])
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
    expect(endReasonOf(handoff)).toBe('released')
    // It would have opened another ticket, which nobody on this side knows of.
    expect(handoff.fromCustomer()).toEqual([])
    expect(handoff.app.tickets).toHaveLength(1)
    expect(handoff.plugin.lost.map(({ message }) => message.payload.text)).toEqual(['Anyone there?'])
  })

  it('is found by the hourly register: the agent’s messages of a live session', async () => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => handoff.app.agent(ada).say(handoff.conversationId, 'Hello'))
    await handoff.customer.say('Anyone there?')
    expect((await handoff.installation.register()).status).toBe(200)
    await seen('the message', () => handoff.fromAgents().length > 0)
    expect(handoff.fromAgents()).toEqual(['Hello'])
    expect(handoff.customer.isWithAgent()).toBe(true)
    expect(handoff.fromCustomer()).toEqual(['Anyone there?'])
  })

  it('is found piece by piece: the message with a late delivery, the end with the customer’s next word', async () => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => {
      handoff.app.agent(ada).say(handoff.conversationId, 'One more thing')
      handoff.app.passControlByShorthand(handoff.conversationId, 'zd-answerBot')
    })
    await handoff.app.emit(handoff.app.events.filter(({ type }) => type === 'conversation:message').slice(-1))
    expect(handoff.fromAgents()).toEqual(['One more thing'])
    await handoff.customer.say('Hello?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(endReasonOf(handoff)).toBe('passedElsewhere')
  })

  it.each([
    ['fails', { kind: 'refuse', status: 500 }],
    ['may not be read', { kind: 'refuse', status: 403 }],
    ['does not answer', { kind: 'hang' }],
  ] as const)('does not keep the customer’s message back where the conversation %s', async (_, fault) => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => undefined)
    suncoFaults.next(/GET .*conversations\/[^/]+$/, fault, Infinity)
    const before = Date.now()
    await handoff.customer.say('Hello')
    expect(handoff.fromCustomer()).toEqual(['Hello'])
    expect(Date.now() - before).toBeLessThan(10_000)
    expect(handoff.customer.isWithAgent()).toBe(true)
  })

  it('is no end while control may still be on its way', async () => {
    const handoff = await stage.newHandoff()
    const own = [...handoff.app.switchboardIntegrations.values()].find(({ name }) => name.startsWith('botpress-hitl-'))
    handoff.app.conversations.get(handoff.conversationId)!.activeId = own!.id
    await handoff.customer.say('Hello')
    expect(handoff.fromCustomer()).toEqual(['Hello'])
    expect(handoff.customer.isWithAgent()).toBe(true)
  })

  it('ends a session whose conversation is gone, once, with the customer’s next message', async () => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => handoff.app.removeConversation(handoff.conversationId))
    await Promise.all([handoff.customer.say('Hello'), handoff.customer.say('Anyone?')])
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
    expect(endReasonOf(handoff)).toBe('conversationRemoved')
  })

  it('ends a session whose conversation turns out to be gone when a message is refused', async () => {
    const handoff = await stage.newGrownHandoff()
    await handoff.customer.say('Hello')
    isRefused = true
    handoff.app.removeConversation(handoff.conversationId)
    await stage.world().sunco.settled()
    expect(handoff.customer.isWithAgent()).toBe(true)
    await handoff.customer.say('Anyone there?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('is looked for after a request that was on its way while the secret was changed', async () => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => undefined)
    const [integration] = [...handoff.app.integrations.values()]
    const former = integration!.webhooks[0]!.secret
    const { states, integrationId } = handoff.installation
    const kept = () => states.get(`integration/${integrationId}/installation`)!.state.payload
    const lasting = { reconciledUntil: new Date().toISOString(), isRoutingOn: true, botName: 'Otto' }
    Object.assign(kept(), lasting)
    handoff.app.rotateWebhookSecret(integration!.id)
    handoff.app.agent(ada).say(handoff.conversationId, 'after the change')
    await seen('the message', () => handoff.fromAgents().length > 0)
    expect(kept()).toMatchObject({ ...lasting, webhookSecret: integration!.webhooks[0]!.secret })
    await handoff.customer.say('Hello')
    isRefused = true
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await stage.world().sunco.settled()
    const headers = { 'x-api-key': former }
    const answer = await fetch(handoff.installation.webhookUrl, { method: 'POST', headers, body: '{"events":[]}' })
    expect(answer.status).toBe(503)
    expect(handoff.customer.isWithAgent()).toBe(true)
    await handoff.customer.say('Anyone there?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromCustomer()).toEqual(['Hello'])
  })

  it('is found although what was said before can never be stored', async () => {
    const handoff = await stage.newGrownHandoff()
    await whileDown(() => {
      handoff.app.agent(ada).say(handoff.conversationId, 'odd')
      handoff.app.agent(ada).endSession(handoff.conversationId)
    })
    const refusal = { kind: 'refuse', status: 400, code: 'InvalidPayload' } as const
    botpressFaults.next(/POST .*messages\/get-or-create$/, refusal, Infinity)
    await handoff.customer.say('Hello?')
    await seen('the end', () => !handoff.customer.isWithAgent())
  })
})

describe('a message that is said after the end', () => {
  const stage = useStage({ sunco: { delivery: { firstDelayMs: 50 } } })

  it('is not stored by a process that has not heard of the end', async () => {
    const handoff = await stage.newHandoff()
    const agent = handoff.app.agent(ada)
    makeOlder(handoff)
    // Several functions have handled it.
    for (const text of ['1', '2', '3', '4']) {
      agent.say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().includes(text))
    }
    agent.endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    const before = handoff.installation.messages.size
    const { type, payload } = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
    const conversation = {
      ...(payload.conversation as Record<string, unknown>),
      activeSwitchboardIntegration: undefined,
    }
    for (let n = 0; n < 4; n++) {
      const message = { ...(payload.message as Record<string, unknown>), id: `afterwards-${n}` }
      await handoff.app.emit([{ type, payload: { conversation, message } }])
    }
    expect(handoff.app.deliveries.slice(-4).map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(handoff.installation.messages.size).toBe(before)
  })
})
