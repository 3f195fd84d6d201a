import { describe, expect, it } from 'vitest'
import { createHitlPlugin } from '../../sandbox/botpress/hitl-plugin'
import { problems } from '../../src/problems'
import { ada, announcedIn, killBusy, liveTickets, seen, sleep, stopsOf, tagsOf, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 600 } },
  botpress: { fault: botpressFaults.fault },
  functions: { size: 6 },
})

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
      await killBusy(stage.world())
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

  it('does not overtake what was said just before it, however slowly the plugin passes that on', async () => {
    const bot = await stage.newBot()
    const plugin = createHitlPlugin(bot.installation, { reactionMs: 600 })
    const customer = plugin.customer({ id: 'slow', name: 'Jane', email: 'slow@example.com' })
    await customer.escalate()
    const { conversationId } = bot.app.tickets[0]!
    bot.app.agent(ada).say(conversationId, 'Bye')
    bot.app.agent(ada).endSession(conversationId)
    await seen('the end', () => !customer.isWithAgent(), 15_000)
    expect(customer.messages.filter(({ from }) => from === 'agent').map(({ payload }) => payload)).toEqual([
      { text: 'Bye' },
    ])
    expect(plugin.dropped).toEqual([])
  })

  it('is told again by a customer’s word long after it, of which the plugin has not heard', async () => {
    const handoff = await stage.newGrownHandoff()
    const { live, ...tags } = tagsOf(handoff)
    expect(live).toBe('true')
    const over = (ago: number): void => {
      const endedAt = new Date(Date.now() - ago).toISOString()
      handoff.installation.conversations.get(handoff.downstreamId)!.tags = { ...tags, endReason: 'released', endedAt }
    }
    // One that was on its way says nothing of the plugin.
    over(1_000)
    await handoff.customer.say('Thank you')
    expect(stopsOf(handoff)).toEqual([])
    over(40_000)
    await Promise.all(['Hello?', 'Anyone?'].map((text) => handoff.customer.say(text)))
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(stopsOf(handoff)).toHaveLength(1)
    expect(handoff.fromCustomer()).toEqual([])
  })

  it('comes where Zendesk’s list of what was said hangs, ten minutes after it', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/GET .*messages$/, { kind: 'hang' }, Infinity)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the tags', () => tagsOf(handoff).endReason, 15_000)
    expect(handoff.customer.isWithAgent()).toBe(true)
    tagsOf(handoff).endedAt = new Date(Date.now() - 601_000).toISOString()
    expect((await handoff.installation.register()).status).toBe(200)
    await seen('the end', () => !handoff.customer.isWithAgent())
  }, 60_000)

  it('is written down where that list hangs and only the hourly register hears of it', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/GET .*messages$/, { kind: 'hang' }, Infinity)
    await stage.whileDown(() => handoff.app.agent(ada).endSession(handoff.conversationId))
    expect((await handoff.installation.register()).status).toBe(200)
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'released' })
  }, 60_000)

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
