import { expect, it } from 'vitest'
import { ada, announcedIn, bob, liveTickets, seen, tagsOf, useTroubledStage } from './stage'

const { faults, stage } = useTroubledStage()

it('lets sessions of version 1.0 go on, which have neither note nor newer tags', async () => {
  const handoff = await stage.newGrownHandoff()
  const { installation, app, conversationId, downstreamId } = handoff
  for (const [agent, text] of [
    [ada, 'one'],
    [bob, 'two'],
  ] as const) {
    app.agent(agent).say(conversationId, text)
    await seen(text, () => handoff.fromAgents().includes(text))
  }
  // As version 1.0 left it behind.
  delete app.conversations.get(conversationId)!.metadata.botpressHitlNote
  const conversation = installation.conversations.get(downstreamId)!
  const { id, userExternalId } = conversation.tags
  conversation.tags = { id: id!, userExternalId: userExternalId! }
  for (const message of installation.messages.values()) {
    if (message.conversationId === downstreamId) message.tags = message.tags.id ? { id: message.tags.id } : {}
  }
  await installation.register()
  await stage.world().integration.restart()

  app.agent(bob).say(conversationId, 'three')
  await seen('three', () => handoff.fromAgents().includes('three'))
  await handoff.customer.say('Thank you')
  await stage.world().sunco.settled()
  expect(handoff.fromAgents()).toEqual(['one', 'two', 'three'])
  expect(handoff.fromCustomer()).toEqual(['Thank you'])
  expect(announcedIn(handoff)).toEqual(['Ada', 'Bob'])
  expect(liveTickets(handoff)).toHaveLength(1)
  // An end that is put off is not done with.
  faults.botpress.next(/POST .*chat\/events$/, { kind: 'refuse', status: 401 })
  app.agent(bob).endSession(conversationId)
  // Until the claim of the first try has run out.
  await seen('the end', () => !handoff.customer.isWithAgent(), 20_000)
  expect(tagsOf(handoff).endReason).toBe('released')
})
