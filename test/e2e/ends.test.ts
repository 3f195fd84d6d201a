import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problems'
import {
  ada,
  announcedIn,
  eventsOf,
  liveTickets,
  makeOlder,
  seen,
  sleep,
  tagsOf,
  useFaults,
  useStage,
  type Handoff,
} from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 600 } },
  botpress: { fault: botpressFaults.fault },
  functions: { size: 6 },
})

const stopsOf = (handoff: Handoff) =>
  eventsOf(handoff, 'hitlStopped').filter(({ payload }) => payload.conversationId === handoff.downstreamId)
const killBusy = async (): Promise<void> => {
  const busy = stage
    .world()
    .integration.functions()
    .filter(({ state }) => state === 'busy')
  await Promise.all(busy.map((one) => one.kill()))
}

describe('a customer who speaks just after the agent’s end', () => {
  it('is told that it is over, and nothing is posted', async () => {
    const bot = await stage.newBot()
    for (let round = 0; round < 6; round++) {
      const handoff = await stage.newGrownHandoff(bot)
      // Every function has met the installation.
      for (let n = 0; n < 6; n++) await handoff.customer.say(`warm ${n}`)
      suncoFaults.next(/ \/v2\//, { kind: 'delay', ms: 30 }, Infinity)
      botpressFaults.next(/ \/v1\//, { kind: 'delay', ms: 30 }, Infinity)
      const before = handoff.fromCustomer()
      const tickets = bot.app.tickets.length
      handoff.app.agent(ada).endSession(handoff.conversationId)
      await sleep(60)
      const { conversationId, userId } = handoff.customer.session()!
      const payload = { text: 'Thank you', userId }
      const sent = await handoff.installation.sendMessage({ conversationId, type: 'text', payload })
      await seen('the end', () => !handoff.customer.isWithAgent())
      suncoFaults.clear()
      botpressFaults.clear()
      await stage.world().sunco.settled()
      expect(sent).toMatchObject({ status: 400, body: { message: problems.sessionOver('released') } })
      expect(handoff.fromCustomer()).toEqual(before)
      expect(bot.app.tickets).toHaveLength(tickets)
      expect(stopsOf(handoff)).toHaveLength(1)
    }
  }, 60_000)
})

describe('the end of a session', () => {
  it('stands in the tags when the bot’s flow wakes up, and the live tag goes afterwards', async () => {
    const handoff = await stage.newGrownHandoff()
    const seenTags: unknown[] = []
    handoff.installation.onEvent(({ type }) => {
      if (type === 'hitlStopped') seenTags.push({ ...tagsOf(handoff) })
    })
    expect(tagsOf(handoff)).toMatchObject({ live: 'true' })
    handoff.app.agent(ada).endSession(handoff.conversationId, 'transferToEmail')
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    expect(seenTags).toEqual([expect.objectContaining({ endReason: 'transferToEmail', live: 'true' })])
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })

  it.each([
    ['the tags and the event', /POST .*chat\/events$/],
    ['the event and the last tag', /PUT .*chat\/conversations/],
  ])(
    'is told once where its function dies between %s',
    async (_, match) => {
      const handoff = await stage.newGrownHandoff()
      // The first change of tags says why it is over; the second is the last step.
      if (match.source.includes('conversations')) botpressFaults.next(match, { kind: 'delay', ms: 0 })
      botpressFaults.next(match, { kind: 'hang' })
      handoff.app.agent(ada).endSession(handoff.conversationId)
      await seen('the tags', () => tagsOf(handoff).endReason)
      await sleep(400)
      await killBusy()
      botpressFaults.clear()
      await stage.world().sunco.settled()
      await seen('the end', () => !handoff.customer.isWithAgent() && !tagsOf(handoff).live, 15_000)
      expect(stopsOf(handoff)).toHaveLength(1)
    },
    60_000
  )

  it('is told by the customer’s next word where its function died and Sunco gave up', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*chat\/events$/, { kind: 'refuse', status: 400 }, Infinity)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await stage.world().sunco.settled()
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'released', live: 'true' })
    botpressFaults.clear()
    await handoff.customer.say('Hello?')
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(stopsOf(handoff)).toHaveLength(1)
  })

  it('comes once and after all that was said before, whoever hears of it at the same time', async () => {
    const bot = await stage.newBot()
    for (let round = 0; round < 5; round++) {
      const handoff = await stage.newGrownHandoff(bot)
      const order: string[] = []
      handoff.installation.onMessage(({ conversationId }) => {
        if (conversationId === handoff.downstreamId) order.push('message')
      })
      handoff.installation.onEvent(({ type, payload }) => {
        if (payload.conversationId === handoff.downstreamId) order.push(type)
      })
      const agent = handoff.app.agent(ada)
      for (const text of ['one', 'two', 'three']) agent.say(handoff.conversationId, text)
      handoff.app.closeTicket(handoff.conversationId, { activityMessage: true })
      const ends = handoff.app.events.filter(({ type }) => type === 'switchboard:releaseControl').slice(-1)
      await Promise.all(
        ends.flatMap((end) => [1, 2, 3, 4].map((n) => handoff.app.emit([{ ...end, id: `again ${n}` }])))
      )
      await seen('the end', () => !handoff.customer.isWithAgent())
      await stage.world().sunco.settled()
      expect(order).toEqual(['hitlAssigned', 'message', 'message', 'message', 'hitlStopped'])
      expect(handoff.fromAgents()).toEqual(['one', 'two', 'three'])
      expect(announcedIn(handoff)).toEqual(['Ada'])
    }
    expect(bot.plugin.dropped).toEqual([])
  }, 60_000)

  it('by the bot leaves true tags, and the plugin’s farewell stands in the ticket before it', async () => {
    const handoff = await stage.newGrownHandoff()
    // The farewell is on its way to a slow function while the session is being ended.
    stage.world().integration.hooks.beforeCall = (_, { operation }) =>
      operation === 'message_created' ? sleep(600) : undefined
    await handoff.customer.end()
    const { ticket } = handoff
    expect(ticket.messages.at(-1)?.content.text).toBe('( The user has ended the session. )')
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl' })
    expect(tagsOf(handoff)).not.toHaveProperty('live')
    await stage.world().sunco.settled()
    expect(stopsOf(handoff)).toEqual([])
  })

  it('of a handoff that failed is marked in Botpress as well', async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/POST .*offerControl$/, { kind: 'refuse', status: 400 })
    await expect(stage.newHandoff(bot)).rejects.toThrow()
    const [conversation] = bot.installation.conversations.values()
    expect(conversation?.tags).toMatchObject({ endReason: 'handoffFailed' })
    expect(conversation?.tags).not.toHaveProperty('live')
  })
})

describe('the hourly register', () => {
  it('ends what ended unheard, and brings what was said, in sessions of some age', async () => {
    const bot = await stage.newBot()
    const ended = await stage.newGrownHandoff(bot)
    const spoken = await stage.newGrownHandoff(bot)
    const quiet = await stage.newGrownHandoff(bot)
    await stage.whileDown(() => {
      ended.app.agent(ada).say(ended.conversationId, 'Goodbye')
      ended.app.agent(ada).endSession(ended.conversationId)
      spoken.app.agent(ada).say(spoken.conversationId, 'Hello')
    })
    expect((await bot.installation.register()).status).toBe(200)
    expect(ended.fromAgents()).toEqual(['Goodbye'])
    expect([ended, spoken, quiet].map(({ customer }) => customer.isWithAgent())).toEqual([false, true, true])
    expect(spoken.fromAgents()).toEqual(['Hello'])
    expect(bot.plugin.dropped).toEqual([])
  })

  it('sees to it that running sessions are heard of again, where an admin took the integration off the switchboard', async () => {
    const handoff = await stage.newGrownHandoff()
    const { installation, app, conversationId } = handoff
    const name = `botpress-hitl-${installation.webhookId}`
    const seat = [...app.switchboardIntegrations.values()].find((found) => found.name === name)
    app.switchboardIntegrations.delete(seat!.id)
    expect((await installation.register()).status).toBe(200)
    handoff.app.agent(ada).say(conversationId, 'Hello')
    await seen('the word', () => handoff.fromAgents().length === 1)
    stage.calls()
    expect((await installation.register()).status).toBe(200)
    expect(stage.calls('sunco').filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('finishes what a function left halfway that took the customer back', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'hang' })
    const ending = handoff.customer.end().catch(() => undefined)
    await seen('the tags', () => tagsOf(handoff).endReason)
    await sleep(300)
    await killBusy()
    await ending
    expect(liveTickets(handoff)).toHaveLength(1)
    makeOlder(handoff)
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })

  it('looks at a page of sessions at a time and goes on where it stopped', async () => {
    const bot = await stage.newBot()
    const first = await stage.newGrownHandoff(bot)
    const others: Handoff[] = []
    for (let n = 0; n < 24; n++) others.push(await stage.newGrownHandoff(bot))
    // Newer ones come first.
    others.forEach(({ installation, downstreamId }, n) => {
      installation.conversations.get(downstreamId)!.createdAt = new Date(Date.now() - 60_000 + n).toISOString()
    })
    first.installation.conversations.get(first.downstreamId)!.createdAt = new Date(Date.now() - 90_000).toISOString()
    await stage.whileDown(() => first.app.agent(ada).endSession(first.conversationId))
    await bot.installation.register()
    expect(first.customer.isWithAgent()).toBe(true)
    await bot.installation.register()
    expect(first.customer.isWithAgent()).toBe(false)
    const { states, integrationId } = bot.installation
    expect(states.get(`integration/${integrationId}/installation`)?.state.payload).not.toHaveProperty('reconciledUntil')
  }, 200_000)

  it('is a warning where Zendesk cannot be asked, and an error where the set-up was never made', async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/GET /, { kind: 'refuse', status: 503, retryAfterSeconds: 3_600 }, Infinity)
    expect((await bot.installation.register()).status).toBe(200)
    expect(stage.world().integration.log.join('\n')).toMatch(/set-up in Zendesk could not be checked/)
    expect((await (await stage.newBot({ register: false })).installation.register()).status).toBe(400)
  })
})
