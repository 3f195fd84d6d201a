import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryFault } from '../../sandbox/sunco'
import { ada, bob, eventsOf, seen, sleep, useFaults, useStage, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
let delivery: DeliveryFault | undefined

const options = (processes: number) => ({
  sunco: {
    fault: suncoFaults.fault,
    deliveryFault: ((attempt) => delivery?.(attempt)) satisfies DeliveryFault,
    delivery: { firstDelayMs: 150 },
  },
  botpress: { fault: botpressFaults.fault },
  processes,
})

afterEach(() => {
  delivery = undefined
})

describe('agent to customer, over two processes', () => {
  const stage = useStage(options(2))

  it('is one message and one announcement, delivered five times at the same instant', async () => {
    const handoff = await stage.newHandoff()
    delivery = () => ({ copies: 5 })
    handoff.app.agent(ada).say(handoff.conversationId, 'once')
    await seen('the message', () => handoff.fromAgents().length > 0)
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual(['once'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  })

  it('is one message in a batch that holds it twice, and comes again', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'once')
    await seen('the message', () => handoff.fromAgents().length > 0)
    const event = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
    await handoff.app.emit([event, event])
    await handoff.app.emit([event, event])
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual(['once'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  })

  it('is one end, reported five times at the same instant and in three ways', async () => {
    const handoff = await stage.newGrownHandoff()
    delivery = () => ({ copies: 5 })
    handoff.app.closeTicket(handoff.conversationId, { activityMessage: true })
    handoff.app.passControlByShorthand(handoff.conversationId, 'zd-answerBot')
    handoff.app.removeConversation(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('announces each of many handovers once, delivered five times at the same instant', async () => {
    const handoff = await stage.newHandoff()
    delivery = () => ({ copies: 5 })
    const texts = ['1', '2', '3', '4', '5', '6', '7']
    for (const [index, text] of texts.entries()) {
      handoff.app.agent(index % 2 === 0 ? ada : bob).say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().length === index + 1)
      await stage.world().sunco.settled()
    }
    expect(handoff.fromAgents()).toEqual(texts)
    const announced = eventsOf(handoff, 'hitlAssigned').map(({ payload }) => String(payload.userId))
    const names = announced.map((id) => handoff.installation.users.get(id)?.name)
    expect(names).toEqual(['Ada', 'Bob', 'Ada', 'Bob', 'Ada', 'Bob', 'Ada'])
  })

  it('keeps what one process put off when another one ends the session', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 500 })
    handoff.app.agent(ada).say(handoff.conversationId, 'last word')
    await seen('a refusal', () => handoff.app.deliveries.some(({ status }) => status === 503))
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromAgents()).toEqual(['last word'])
  })

  it('does not announce an earlier agent again when an old message is delivered once more', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'from Ada')
    await seen('Ada', () => handoff.fromAgents().length === 1)
    const old = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
    handoff.app.agent(bob).say(handoff.conversationId, 'from Bob')
    await seen('Bob', () => handoff.fromAgents().length === 2)
    await handoff.app.emit([{ ...old, id: 'another-event-id' }])
    await handoff.app.emit([{ ...old, id: 'a-third-event-id' }])
    expect(handoff.fromAgents()).toEqual(['from Ada', 'from Bob'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(2)
  })
})

describe('agent to customer, when Botpress fails', () => {
  const stage = useStage(options(1))

  it.each([
    ['is down', { kind: 'refuse', status: 503 }],
    ['fails', { kind: 'refuse', status: 500 }],
    ['breaks off before', { kind: 'dropBefore' }],
    ['breaks off after the work was done', { kind: 'dropAfter' }],
  ] as const)('delivers all of it once and in order when Botpress %s', async (_, fault) => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    const texts = ['one', 'two', 'three']
    botpressFaults.next(/POST .*(events|get-or-create|get-or-set)$/, fault, 3)
    for (const text of texts) agent.say(handoff.conversationId, text)
    await seen('all three', () => handoff.fromAgents().length === 3, 20_000)
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual(texts)
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
    expect(handoff.plugin.dropped).toEqual([])
  })

  it.each([
    ['fails', { kind: 'refuse', status: 500 }],
    ['breaks off after the work was done', { kind: 'dropAfter' }],
  ] as const)('ends once when Botpress %s', async (_, fault) => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*(events|get-or-set)$/, fault, 2)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent(), 20_000)
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('does not ask for a redelivery of what can never be handled', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 400, code: 'InvalidPayload' }, 5)
    handoff.app.agent(ada).say(handoff.conversationId, 'cannot be stored')
    await stage.world().sunco.settled()
    expect(handoff.app.deliveries.at(-1)).toMatchObject({ status: 200, attempt: 1 })
  })

  it('judges each event of a batch for itself, and does nothing twice when it comes again', async () => {
    const [one, other] = [await stage.newHandoff(), await stage.newHandoff(undefined)]
    const both = await stage.newGrownHandoff(one)
    const eventOf = (handoff: Handoff, text: string) => {
      delivery = () => ({ wrongSecret: true })
      handoff.app.agent(ada).say(handoff.conversationId, text)
      const event = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
      return event
    }
    const [first, second] = [eventOf(one, 'to one'), eventOf(both, 'to both')]
    await stage.world().sunco.settled()
    delivery = undefined
    const conversation = both.customer.session()!.conversationId
    botpressFaults.next(new RegExp(`POST .*conversation/${conversation}/assignment`), { kind: 'refuse', status: 500 })
    stage.calls()
    await one.app.emit([first, second])
    await stage.world().sunco.settled()
    const made = stage.calls('botpress').filter(({ path }) => path.endsWith('/messages/get-or-create'))
    expect(made).toHaveLength(2)
    expect(one.fromAgents()).toEqual(['to one'])
    expect(both.fromAgents()).toEqual(['to both'])
    expect(one.app.deliveries.at(-1)).toMatchObject({ status: 200, attempt: 2 })
    expect(other.fromAgents()).toEqual([])
  })

  it('brings what Sunco gave up when the agent speaks again', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    botpressFaults.next(/POST .*get-or-set$/, { kind: 'refuse', status: 500 }, 5)
    agent.say(handoff.conversationId, 'given up')
    await stage.world().sunco.settled()
    expect(handoff.app.deliveries.at(-1)).toMatchObject({ status: 503, attempt: 5 })
    botpressFaults.clear()
    agent.say(handoff.conversationId, 'later')
    await seen('both', () => handoff.fromAgents().length === 2)
    expect(handoff.fromAgents()).toEqual(['given up', 'later'])
  })

  it('announces once where the event is stored although its answer got lost', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*events$/, { kind: 'dropAfter' })
    handoff.app.agent(ada).say(handoff.conversationId, 'once')
    await seen('the message', () => handoff.fromAgents().length === 1)
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  })

  it('announces once where the event is stored after the time limit', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*events$/, { kind: 'delay', ms: 5_500 })
    delivery = () => ({ copies: 2 })
    handoff.app.agent(ada).say(handoff.conversationId, 'slow')
    await sleep(7_000)
    delivery = undefined
    handoff.app.agent(ada).say(handoff.conversationId, 'next')
    await seen('both', () => handoff.fromAgents().length === 2, 20_000)
    expect(handoff.fromAgents()).toEqual(['slow', 'next'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  }, 40_000)

  it('takes over a new name and picture of an agent, and makes the user again that someone deleted', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'one')
    await seen('one', () => handoff.fromAgents().length === 1)
    const userOf = () => [...handoff.installation.users.values()].find(({ tags }) => tags.agentId === ada.id)
    handoff.app
      .agent({ ...ada, name: 'Ada L.', avatarUrl: 'https://example.com/l.png' })
      .say(handoff.conversationId, 'two')
    await seen('two', () => handoff.fromAgents().length === 2)
    expect(userOf()).toMatchObject({ name: 'Ada L.', pictureUrl: 'https://example.com/l.png' })
    handoff.installation.users.delete(userOf()!.id)
    handoff.app
      .agent({ ...ada, name: 'Ada L.', avatarUrl: 'https://example.com/l.png' })
      .say(handoff.conversationId, 'three')
    await seen('three', () => handoff.fromAgents().length === 3)
  })

  it('loses neither message nor end where earlier messages may not be read', async () => {
    const handoff = await stage.newGrownHandoff()
    await stage.world().integration.restart()
    suncoFaults.next(/GET .*messages$/, { kind: 'refuse', status: 403, code: 'forbidden' }, 2)
    handoff.app.agent(ada).say(handoff.conversationId, 'still')
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromAgents()).toEqual(['still'])
  })

  it('answers within 15 seconds whatever hangs', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*get-or-create$/, { kind: 'hang' })
    handoff.app.agent(ada).say(handoff.conversationId, 'slow')
    const started = Date.now()
    await seen('an answer', () => handoff.app.deliveries.some(({ status }) => status === 503), 18_000)
    expect(Date.now() - started).toBeLessThan(16_000)
  }, 40_000)
})
