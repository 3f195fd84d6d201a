import { describe, expect, it } from 'vitest'
import { ada, announcedIn, bob, eventsOf, seen, useTroubledStage } from './stage'

const { faults, stage, trouble } = useTroubledStage()

describe('agent to customer, in several functions', () => {
  it('is one message and one announcement, delivered five times at the same instant', async () => {
    const handoff = await stage.newHandoff()
    trouble.delivery = () => ({ copies: 5 })
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
    trouble.delivery = () => ({ copies: 5 })
    handoff.app.closeTicket(handoff.conversationId, { activityMessage: true })
    handoff.app.passControlByShorthand(handoff.conversationId, 'zd-answerBot')
    handoff.app.removeConversation(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('announces each of many handovers once, delivered five times at the same instant', async () => {
    const handoff = await stage.newHandoff()
    trouble.delivery = () => ({ copies: 5 })
    const texts = ['1', '2', '3', '4', '5', '6', '7']
    for (const [index, text] of texts.entries()) {
      handoff.app.agent(index % 2 === 0 ? ada : bob).say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().length === index + 1)
      await stage.world().sunco.settled()
    }
    expect(handoff.fromAgents()).toEqual(texts)
    expect(announcedIn(handoff)).toEqual(['Ada', 'Bob', 'Ada', 'Bob', 'Ada', 'Bob', 'Ada'])
  })

  it('keeps what one function put off when another one ends the session', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 409 }, 4)
    handoff.app.agent(ada).say(handoff.conversationId, 'last word')
    await seen('a refusal', () => handoff.app.deliveries.some(({ status }) => status === 503))
    handoff.app.agent(ada).endSession(handoff.conversationId)
    // Nobody can tell whether the message was stored, until the claim has run out.
    await seen('the end', () => !handoff.customer.isWithAgent(), 20_000)
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
