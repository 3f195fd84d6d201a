import { describe, expect, it } from 'vitest'
import { createHitlPlugin } from '../../sandbox/botpress/hitl-plugin'
import type { Fault } from '../../sandbox/loopback'
import { ada, eventsOf, liveTickets, seen, sleep, useFaults, useStage, type Bot, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 400 } },
  botpress: { fault: botpressFaults.fault },
})

const refusal: Fault = { kind: 'refuse', status: 400, code: 'bad_request' }

const prepare = async (): Promise<{ bot: Bot; start: () => Promise<{ status: number }> }> => {
  const bot = await stage.newBot()
  const { userId } = await bot.installation.callAction('createUser', { name: 'Jane', email: 'jane@example.com' })
  return { bot, start: () => bot.installation.tryAction('startHitl', { userId, messageHistory: [] }) }
}

describe('startHitl, when a step fails for good', () => {
  it.each([
    ['the conversation', /POST .*conversations$/],
    ['taking control', /POST .*passControl$/],
    ['the transcript', /POST .*messages$/],
    ['handing over', /POST .*passControl$/, 1],
  ])('leaves no conversation and no ticket behind: %s', async (_, match, allowed = 0) => {
    const { bot, start } = await prepare()
    const failing = async () => {
      suncoFaults.next(match, { kind: 'delay', ms: 0 }, allowed)
      suncoFaults.next(match, refusal, Infinity)
      expect((await start()).status).toBe(400)
      suncoFaults.clear()
    }
    await failing()
    // A user's first conversation is the default one, which Sunco does not delete.
    expect(
      [...bot.app.conversations.values()].filter(({ isDefault, messages }) => !isDefault || messages.length > 0)
    ).toEqual([])
    expect(bot.app.tickets).toEqual([])
    expect((await start()).status).toBe(200)
    const before = bot.app.conversations.size
    await failing()
    expect(bot.app.conversations.size).toBe(before)
    expect(liveTickets(bot)).toHaveLength(1)
    await stage.world().sunco.settled()
    expect(bot.app.deliveries.filter(({ status }) => status !== 200).map((d) => d.events.map((e) => e.type))).toEqual(
      []
    )
  })

  it.each([
    ['the offer', suncoFaults, /POST .*offerControl$/],
    ['Botpress’ conversation', botpressFaults, /POST .*conversations\/get-or-create$/],
  ] as const)('releases control, so that a second try leaves one live ticket: %s', async (_, faults, match) => {
    const { bot, start } = await prepare()
    faults.next(match, { ...refusal, code: 'InvalidPayload' })
    expect((await start()).status).toBe(400)
    expect(liveTickets(bot)).toEqual([])
    expect((await start()).status).toBe(200)
    expect(liveTickets(bot)).toHaveLength(1)
    await stage.world().sunco.settled()
    expect(eventsOf(bot, 'hitlStopped')).toEqual([])
  })
})

describe('startHitl, when the answer to a step gets lost', () => {
  it.each([
    ['the conversation', /POST .*conversations$/],
    ['taking control', /POST .*passControl$/],
    ['the transcript', /POST .*messages$/],
    ['the offer', /POST .*offerControl$/],
  ])('opens one ticket in one conversation: %s', async (_, match) => {
    const { bot, start } = await prepare()
    suncoFaults.next(match, { kind: 'dropAfter' })
    expect((await start()).status).toBe(200)
    expect(bot.app.conversations.size).toBe(1)
    expect(bot.app.tickets).toHaveLength(1)
    expect(bot.app.tickets[0]?.transcript).toHaveLength(1)
  })
})

describe('a session', () => {
  /** Plays the agent while startHitl waits for Botpress to make the conversation. */
  const startSlowly = async (act: (bot: Bot, conversationId: string) => void): Promise<Handoff> => {
    const bot = await stage.newBot()
    botpressFaults.next(/POST .*conversations\/get-or-create$/, { kind: 'delay', ms: 900 })
    const starting = stage.newHandoff(bot)
    const { conversationId } = await seen('the ticket', () => bot.app.tickets[0])
    await seen('the offer', () => bot.app.conversations.get(conversationId)?.pendingId)
    act(bot, conversationId)
    return starting
  }

  it('gets what an agent says while it is starting, in order', async () => {
    const handoff = await startSlowly(({ app }, id) => {
      app.agent(ada).say(id, 'early')
      app.agent(ada).say(id, 'bird')
    })
    handoff.app.agent(ada).say(handoff.conversationId, 'later')
    await seen('all', () => handoff.fromAgents().length === 3)
    expect(handoff.fromAgents()).toEqual(['early', 'bird', 'later'])
    expect(handoff.plugin.dropped).toEqual([])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  })

  it('drops nothing where the last steps of its start are slow', async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/POST .*offerControl$/, { kind: 'dropAfter' })
    suncoFaults.next(/POST .*offerControl$/, { kind: 'delay', ms: 3_000 })
    const starting = stage.newHandoff(bot)
    const ticket = await seen('the ticket', () => bot.app.tickets[0])
    await sleep(300)
    bot.app.agent(ada).say(ticket.conversationId, 'early')
    const handoff = await starting
    await seen('the message', () => handoff.fromAgents().length === 1)
    expect(handoff.plugin.dropped).toEqual([])
  })

  it('drops nothing while the plugin takes note that it has begun', async () => {
    const bot = await stage.newBot()
    const plugin = createHitlPlugin(bot.installation, { activationMs: 900 })
    const customer = plugin.customer({ id: 'slow', name: 'Jane', email: 'slow@example.com' })
    const escalating = customer.escalate()
    const ticket = await seen('the ticket', () => bot.app.tickets[0])
    await sleep(200)
    bot.app.agent(ada).say(ticket.conversationId, 'at once')
    await escalating
    await seen('the message', () => customer.messages.some(({ from }) => from === 'agent'))
    expect(plugin.dropped).toEqual([])
  })

  /** A customer whose plugin takes a while to note that the session has begun. */
  const escalateSlowly = (bot: Bot) => {
    const plugin = createHitlPlugin(bot.installation, { activationMs: 1_400 })
    const customer = plugin.customer({ id: 'slow', name: 'Jane', email: 'slow@example.com' })
    return { plugin, customer, escalating: customer.escalate() }
  }

  const seenNote = (bot: Bot) =>
    seen('the note', () => [...bot.app.conversations.values()].find(({ metadata }) => metadata.botpressHitlNote))

  it('drops nothing where the note is there long before its answer', async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/PATCH .*conversations/, { kind: 'dropAfter' })
    suncoFaults.next(/PATCH .*conversations/, { kind: 'hang' }, Infinity)
    const { plugin, customer, escalating } = escalateSlowly(bot)
    const conversation = await seenNote(bot)
    bot.app.agent(ada).say(conversation.id, 'at once')
    await escalating
    await seen('the message', () => customer.messages.some(({ from }) => from === 'agent'))
    expect(plugin.dropped).toEqual([])
  })

  it('ends where the customer is removed before the plugin has taken note of it', async () => {
    const bot = await stage.newBot()
    const { plugin, customer, escalating } = escalateSlowly(bot)
    await seenNote(bot)
    bot.app.removeUser(bot.app.tickets[0]!.requesterUserId)
    await escalating
    await seen('the end', () => !customer.isWithAgent(), 15_000)
    await stage.world().sunco.settled()
    expect(plugin.dropped).toEqual([])
    expect(eventsOf(bot, 'hitlStopped')).toHaveLength(1)
  })

  it('ends once where the customer is removed while it is starting', async () => {
    const handoff = await startSlowly((bot) => {
      bot.app.removeUser(bot.app.tickets[0]!.requesterUserId)
    })
    await seen('the end', () => !handoff.customer.isWithAgent(), 15_000)
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('takes nothing more once it is over', async () => {
    const handoff = await stage.newGrownHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'last')
    await seen('the message', () => handoff.fromAgents().length === 1)
    const said = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    const before = handoff.installation.messages.size
    await handoff.app.emit([{ ...said, id: 'late' }])
    const end = handoff.app.events.findLast(({ type }) => type === 'switchboard:releaseControl')!
    await handoff.app.emit([{ ...end, id: 'again' }])
    expect(handoff.installation.messages.size).toBe(before)
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('still gets the bot’s farewell just after the bot ended it', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    await handoff.installation.callAction('stopHitl', { conversationId })
    const payload = { text: '( The user has ended the session. )' }
    expect(await handoff.installation.sendMessage({ conversationId, type: 'text', payload })).toMatchObject({
      status: 200,
    })
    expect(handoff.inZendesk().at(-1)).toMatchObject({ author: { type: 'business' }, content: payload })
  })

  it('ends once where an agent ends it while it is starting', async () => {
    const handoff = await startSlowly(({ app }, id) => app.agent(ada).endSession(id))
    await seen('the end', () => !handoff.customer.isWithAgent())
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
    expect(handoff.plugin.dropped).toEqual([])
  })

  it('ends at most once where stopHitl races with the agent', async () => {
    const handoff = await stage.newGrownHandoff()
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await handoff.customer.end()
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped').length).toBeLessThanOrEqual(1)
    expect(handoff.customer.isWithAgent()).toBe(false)
  })

  it('gets what an agent said before ending it, and nothing afterwards', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    botpressFaults.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 500 })
    agent.say(handoff.conversationId, 'goodbye')
    agent.endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    handoff.app.automatedMessage(handoff.conversationId, 'How did we do?', {
      metadata: { '__zendesk_msg.agent.id': '77' },
    })
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual(['goodbye'])
    expect(handoff.plugin.dropped).toEqual([])
    const incoming = [...handoff.installation.messages.values()].filter(({ direction }) => direction === 'incoming')
    expect(incoming).toHaveLength(1)
  })

  it('of a customer who comes again is a new one', async () => {
    const handoff = await stage.newHandoff()
    await handoff.customer.end()
    await handoff.customer.escalate()
    expect(handoff.app.conversations.size).toBe(2)
    expect(liveTickets(handoff)).toHaveLength(1)
    expect(handoff.app.users.size).toBe(1)
  })

  it('is given back to the bot where Zendesk could not take it', async () => {
    const handoff = await stage.newHandoff()
    const { metadata } = handoff.app.conversations.get(handoff.conversationId)!
    await handoff.app.emit([
      {
        type: 'switchboard:passControl:failure',
        payload: {
          conversation: { id: handoff.conversationId, metadata },
          metadata: { botpressHitlMove: 'ticket' },
          error: { code: 'switchboard_invalid_target' },
        },
      },
    ])
    await seen('the end', () => !handoff.customer.isWithAgent())
  })
})
