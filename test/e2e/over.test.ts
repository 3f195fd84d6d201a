import { describe, expect, it } from 'vitest'
import { ada, liveTickets, seen, sleep, tagsOf, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()

describe('a session that is over', () => {
  const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

  it('gets no message of the customer’s that waited for the bot’s release', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'delay', ms: 300 })
    const ending = handoff.installation.callAction('stopHitl', { conversationId })
    await seen('the tag', () => tagsOf(handoff).endReason)
    const payload = { text: 'one more', userId }
    const { status } = await handoff.installation.sendMessage({ conversationId, type: 'text', payload })
    await ending
    expect(status).toBe(400)
    expect(handoff.fromCustomer()).toEqual([])
    // Posted after the release, it would have opened another one.
    expect(handoff.app.tickets).toHaveLength(1)
  })

  it('is not over because control is on offer to nobody: the next word of the customer’s has us heard again', async () => {
    const handoff = await stage.newGrownHandoff()
    handoff.app.conversations.get(handoff.conversationId)!.pendingId = undefined
    await handoff.customer.say('Anyone?')
    handoff.app.agent(ada).say(handoff.conversationId, 'Here')
    await seen('the word', () => handoff.fromAgents().length === 1)
    // Nobody is asked again where all is well.
    stage.calls()
    await handoff.customer.say('Good')
    expect(stage.calls('sunco').filter(({ path }) => path.endsWith('offerControl'))).toEqual([])
  })

  it('is released by the bot after what was on its way', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 500 })
    const payload = { text: 'just before', userId }
    const saying = handoff.installation.sendMessage({ conversationId, type: 'text', payload })
    await sleep(200)
    await handoff.installation.callAction('stopHitl', { conversationId })
    expect(handoff.fromCustomer()).toEqual(['just before'])
    expect((await saying).status).toBe(200)
    expect(handoff.app.tickets).toHaveLength(1)
  })

  it('takes messages again where the bot’s release failed', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'refuse', status: 400 })
    expect((await handoff.installation.tryAction('stopHitl', { conversationId })).status).toBe(400)
    await handoff.customer.say('Still there?')
    expect(handoff.fromCustomer()).toEqual(['Still there?'])
  })

  it('gets no message of the customer’s while the end is being passed on', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*get-or-set$/, { kind: 'delay', ms: 400 })
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await sleep(200)
    await handoff.customer.say('thanks')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromCustomer()).toEqual([])
    expect(handoff.app.tickets).toHaveLength(1)
  })

  it('leaves no agent alone in it, where Zendesk does not know the customer any more', async () => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 404 })
    await handoff.customer.say('Hello?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff).endReason).toBe('conversationRemoved')
  })

  it('is not taken for over by a 404 that is none of Sunco’s', async () => {
    const handoff = await stage.newGrownHandoff()
    const byGateway = { kind: 'refuse', status: 404, code: 'no_route' } as const
    suncoFaults.next(/GET .*conversations\/[^/]+$/, byGateway)
    await handoff.customer.say('Hello?')
    expect(handoff.fromCustomer()).toEqual(['Hello?'])
    suncoFaults.next(/POST .*messages$/, byGateway)
    await handoff.customer.say('Lost')
    expect(handoff.customer.isWithAgent()).toBe(true)
    suncoFaults.next(/POST .*releaseControl$/, byGateway)
    const stop = { conversationId: handoff.downstreamId }
    expect((await handoff.installation.tryAction('stopHitl', stop)).status).toBe(400)
    expect(tagsOf(handoff).stopDue).toBe('true')
  })

  it('is ended by the customer’s next message where Sunco gave up telling of the end', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*get-or-set$/, { kind: 'refuse', status: 400 }, Infinity)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await stage.world().sunco.settled()
    expect(handoff.customer.isWithAgent()).toBe(true)
    botpressFaults.clear()
    await handoff.customer.say('Anyone there?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromCustomer()).toEqual([])
  })

  it('gets nothing that an agent says after the end, while a customer’s message is being posted', async () => {
    const handoff = await stage.newHandoff()
    for (const conversation of handoff.installation.conversations.values()) {
      conversation.createdAt = new Date(Date.now() - 60_000).toISOString()
    }
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 1_200 })
    const saying = handoff.customer.say('thanks, bye')
    await sleep(400)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    const metadata = { '__zendesk_msg.agent.id': ada.id }
    handoff.app.automatedMessage(handoff.conversationId, 'How did we do?', { metadata })
    await saying
    await stage.world().sunco.settled()
    expect(handoff.plugin.dropped).toEqual([])
  })
})
