import { expect, it } from 'vitest'
import { ada, announcedIn, bob, liveTickets, seen, tagsOf, useTroubledStage, type Handoff } from './stage'

const { faults, stage } = useTroubledStage()

/** Leaves a session as version 1.0 left it. */
const makeOld = ({ app, conversationId, installation, downstreamId }: Handoff): void => {
  delete app.conversations.get(conversationId)!.metadata.botpressHitlNote
  const conversation = installation.conversations.get(downstreamId)!
  const { id, userExternalId } = conversation.tags
  conversation.tags = { id: id!, userExternalId: userExternalId! }
  for (const message of installation.messages.values()) {
    if (message.conversationId === downstreamId) message.tags = message.tags.id ? { id: message.tags.id } : {}
  }
}

it.each([
  ['Zendesk', 'sunco', /POST .*releaseControl$/],
  ['Botpress', 'botpress', /GET .*conversations/],
] as const)(
  'has a session of version 1.0 that the bot could not end ended later: %s failed',
  async (_, server, match) => {
    const handoff = await stage.newGrownHandoff()
    makeOld(handoff)
    faults[server].next(match, { kind: 'refuse', status: 503 }, Infinity)
    const { status } = await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    expect(status).toBe(400)
    faults[server].clear()
    await handoff.installation.register()
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl' })
    expect(tagsOf(handoff)).not.toHaveProperty('stopDue')
  },
  90_000
)

it('lets sessions of version 1.0 go on, which have neither note nor newer tags', async () => {
  const handoff = await stage.newGrownHandoff()
  const { installation, app, conversationId } = handoff
  for (const [agent, text] of [
    [ada, 'one'],
    [bob, 'two'],
  ] as const) {
    app.agent(agent).say(conversationId, text)
    await seen(text, () => handoff.fromAgents().includes(text))
  }
  makeOld(handoff)
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
