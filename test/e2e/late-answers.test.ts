import { describe, expect, it } from 'vitest'
import { createHitlPlugin } from '../../sandbox/botpress/hitl-plugin'
import { ada, eventsOf, liveTickets, seen, sleep, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()

describe('answers that come late, in several functions', () => {
  const stage = useStage({
    sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 150 } },
    botpress: { fault: botpressFaults.fault },
  })

  it('make no second announcement where another process has taken the claim over', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*claim\/get-or-set$/, { kind: 'delayAfter', ms: 14_000 })
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    // The first function answers 503 after 15 seconds; the claim has run out by then.
    await sleep(4_000)
    const event = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
    for (let attempt = 0; attempt < 4 && handoff.fromAgents().length === 0; attempt++) await handoff.app.emit([event])
    await stage.world().sunco.settled()
    await sleep(1_000)
    expect(handoff.fromAgents()).toEqual(['Hello'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  }, 60_000)

  it.each(['message', 'end'])(
    'lose no %s where the last answer of startHitl got lost twice',
    async (what) => {
      const bot = await stage.newBot()
      botpressFaults.next(/POST .*conversations\/get-or-create$/, { kind: 'dropAfter' }, 2)
      const starting = stage.newHandoff(bot)
      const { conversationId } = await seen('the ticket', () => bot.app.tickets[0])
      await sleep(300)
      const agent = bot.app.agent(ada)
      if (what === 'message') for (const text of ['early', 'bird']) agent.say(conversationId, text)
      else agent.endSession(conversationId)
      const handoff = await starting
      await stage.world().sunco.settled()
      await seen(what, () => (what === 'end' ? !handoff.customer.isWithAgent() : handoff.fromAgents().length === 2))
      expect(handoff.plugin.dropped).toEqual([])
      if (what === 'message') expect(handoff.fromAgents()).toEqual(['early', 'bird'])
    },
    40_000
  )

  const startWithLateOffer = async (ms: number) => {
    const bot = await stage.newBot()
    suncoFaults.next(/POST .*offerControl$/, { kind: 'dropAfter' })
    suncoFaults.next(/POST .*offerControl$/, { kind: 'delay', ms })
    const starting = stage.newHandoff(bot)
    const { conversationId } = await seen('the ticket', () => bot.app.tickets[0])
    await sleep(300)
    bot.app.agent(ada).say(conversationId, 'early')
    return { bot, starting }
  }

  it('lose no message where the offer of control is answered late', async () => {
    const handoff = await (await startWithLateOffer(4_500)).starting
    await seen('the message', () => handoff.fromAgents().length === 1, 15_000)
    expect(handoff.plugin.dropped).toEqual([])
  }, 40_000)

  it('fail the handoff, and release control, where the offer is answered too late to be waited for', async () => {
    const { bot, starting } = await startWithLateOffer(20_000)
    await expect(starting).rejects.toThrow()
    expect(liveTickets(bot)).toEqual([])
    suncoFaults.clear()
    await stage.newHandoff(bot)
    expect(liveTickets(bot)).toHaveLength(1)
  }, 40_000)

  it.each(['message', 'end'])(
    'lose no %s where every step takes as long as it may',
    async (what) => {
      const bot = await stage.newBot()
      const plugin = createHitlPlugin(bot.installation, { activationMs: 1_700 })
      const customer = plugin.customer({ id: 'slow', name: 'Jane', email: 'slow@example.com' })
      suncoFaults.next(/POST .*offerControl$/, { kind: 'dropAfter' })
      suncoFaults.next(/POST .*offerControl$/, { kind: 'delay', ms: 5_000 })
      const escalating = customer.escalate()
      const { conversationId } = await seen('the ticket', () => bot.app.tickets[0])
      await sleep(300)
      const agent = bot.app.agent(ada)
      if (what === 'message') agent.say(conversationId, 'early')
      else agent.endSession(conversationId)
      await escalating
      const heard = () => customer.messages.some(({ from }) => from === 'agent')
      await seen(what, () => (what === 'end' ? !customer.isWithAgent() : heard()), 15_000)
      expect(plugin.dropped).toEqual([])
    },
    40_000
  )
})
