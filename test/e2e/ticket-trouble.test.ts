import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { title, ticketOf, useConnectedStage } from './connected'
import { ada, post, seen, sleep, stopsOf, tagsOf, said, type Bot } from './stage'

const { stage, faults, trouble, begin, say, ended } = useConnectedStage()
const { newBot, newHandoff, world } = stage

describe('the subject of a ticket', () => {
  it('is given the next time where the change got no answer', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'hang' })
    await say(handoff, 'Hello')
    await handoff.installation.register()
    expect(ticketOf(handoff).subject).toBe(title)
  })

  it('is not given a second time where the answer got lost: an agent may have chosen another one', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'dropAfter' })
    await say(handoff, 'Hello')
    expect(ticketOf(handoff).subject).toBe(title)
    ticketOf(handoff).subject = 'Renamed by an agent'
    await handoff.installation.register()
    expect(ticketOf(handoff).subject).toBe('Renamed by an agent')
  })
})

describe('a note', () => {
  it('is not left a second time where the answer got lost', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    faults.support.next(/PUT .*tickets/, { kind: 'dropAfter' })
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    await world().sunco.settled()
    // Longer than a claim holds.
    await sleep(9_000)
    const event = handoff.app.events.findLast(({ type }) => type === 'switchboard:releaseControl')!
    await handoff.app.emit([event])
    await world().sunco.settled()
    expect(ticketOf(handoff).comments).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof faults.support.next>]>([
    ['no token could be had', [/tokens/, { kind: 'refuse', status: 500 }, Infinity]],
    ['the connection for the token broke', [/tokens/, { kind: 'dropBefore' }, Infinity]],
  ])('is left the next time where %s', async (_, fault) => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    await world().integration.restart()
    faults.support.next(...fault)
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    await world().sunco.settled()
    expect(ticketOf(handoff).comments).toEqual([])
    faults.support.clear()
    await handoff.installation.register()
    expect(ticketOf(handoff).comments).toHaveLength(1)
  })

  it('says of no session that it is over that goes on, since the release failed', async () => {
    const handoff = await begin({ noteOnEnd: true })
    faults.sunco.next(/releaseControl/, { kind: 'hang' }, Infinity)
    const stopping = handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    await seen('the mark', () => tagsOf(handoff).endReason)
    await say(handoff, 'Hello')
    expect((await stopping).status).not.toBe(200)
    expect(tagsOf(handoff).endReason).toBeFalsy()
    expect(ticketOf(handoff).comments).toEqual([])
  })

  it('names the reason where control is released long before that is written down', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    faults.sunco.next(/POST .*releaseControl$/, { kind: 'refuse', status: 403 })
    await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    faults.sunco.next(/GET .*messages$/, { kind: 'delay', ms: 700 }, Infinity)
    await handoff.installation.register()
    await world().sunco.settled()
    await handoff.installation.register()
    expect(ticketOf(handoff).comments.map(({ body }) => body)).toEqual([
      expect.stringContaining('the bot took the customer back'),
    ])
  })

  it.each([
    ['fails', { kind: 'refuse', status: 500 }],
    ['hangs', { kind: 'hang' }],
  ] as const)('gets its subject where no answer to it could be had, and a look at it %s', async (_, fault) => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 500 })
    faults.support.next(/GET .*tickets\/\d+/, fault, Infinity)
    await say(handoff, 'Hello')
    expect(ticketOf(handoff).subject).not.toBe(title)
    faults.support.clear()
    await handoff.installation.register()
    expect(ticketOf(handoff).subject).toBe(title)
  })

  it.each([120, 170])(
    'does not hold up the end by its claim, where an agent speaks and ends within %i ms and Zendesk Support is down',
    async (gap) => {
      const handoff = await begin({ noteOnEnd: true })
      // Whoever brings the first words sees that the end was written down, and claims the note before the end is told.
      tagsOf(handoff).ticketSubject = ''
      const usual = { kind: 'delay', ms: 40 } as const
      faults.botpress.next(/./, usual, Infinity)
      faults.sunco.next(/./, usual, Infinity)
      faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 503 }, Infinity)
      faults.support.next(/./, usual, Infinity)
      handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
      await sleep(gap)
      // These are brought by whoever hears of the end.
      trouble.delivery = ({ events }) => (events[0]?.type === 'conversation:message' ? { delayMs: 12_000 } : {})
      for (let more = 0; more < 10; more += 1) handoff.app.agent(ada).say(handoff.conversationId, `more ${more}`)
      const began = Date.now()
      handoff.app.agent(ada).endSession(handoff.conversationId)
      await seen('the end', () => stopsOf(handoff).length > 0, 14_000)
      // It takes a second without a note, and ten where it waits for the claim of one.
      expect(Date.now() - began).toBeLessThan(4_500)
    }
  )

  it('is left also where the key was changed since the session began', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    const conversation = handoff.app.conversations.get(handoff.conversationId)!
    conversation.metadata = Object.fromEntries(
      Object.entries(conversation.metadata ?? {}).map(([key, value]) =>
        typeof value === 'string' && value.includes(handoff.downstreamId) ? [key, `${value}x`] : [key, value]
      )
    )
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    await world().sunco.settled()
    expect(ticketOf(handoff).comments).toHaveLength(1)
  })
})

describe('a Zendesk Support that hangs', () => {
  it('does not hold up an agent’s second message that comes with the first', async () => {
    const handoff = await begin()
    faults.support.next(/./, { kind: 'hang' }, Infinity)
    const began = Date.now()
    const answer = post(handoff, JSON.stringify({ events: [said(handoff, 'one'), said(handoff, 'two')] }))
    await seen('both', () => handoff.fromAgents().length === 2)
    expect(Date.now() - began).toBeLessThan(3_000)
    expect((await answer).status).toBe(200)
  })

  it('does not hold up the end that comes with the first message', async () => {
    const handoff = await begin()
    faults.support.next(/./, { kind: 'hang' }, Infinity)
    const { id, metadata } = handoff.app.conversations.get(handoff.conversationId)!
    const end = { id: randomUUID(), type: 'switchboard:releaseControl', payload: { conversation: { id, metadata } } }
    const began = Date.now()
    const answer = post(handoff, JSON.stringify({ events: [said(handoff, 'Hello'), end] }))
    await seen('the end', () => stopsOf(handoff).length > 0)
    expect(Date.now() - began).toBeLessThan(3_000)
    await answer
  })

  it('does not keep a customer waiting whose message comes too late', async () => {
    const handoff = await begin()
    trouble.delivery = () => ({ wrongSecret: true })
    handoff.app.agent(ada).endSession(handoff.conversationId)
    faults.support.next(/./, { kind: 'hang' }, Infinity)
    const payload = { text: 'Anyone there?', userId: handoff.customer.session()!.userId }
    const began = Date.now()
    await handoff.installation.sendMessage({ conversationId: handoff.downstreamId, type: 'text', payload })
    expect(Date.now() - began).toBeLessThan(3_000)
  })
})

describe('a foreign ticket', () => {
  it('is neither noted on nor told of where the account was changed in mid-session', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    // The number is one of the account before; here it is somebody else's.
    tagsOf(handoff).ticketUrl = `https://before.zendesk.com/agent/tickets/${handoff.ticket.id}`
    ticketOf(handoff).tags = []
    const { downstreamId: conversationId, installation } = handoff
    expect.soft(await installation.callAction('getTicket', { conversationId })).not.toHaveProperty('status')
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(ticketOf(handoff).comments).toEqual([])
  })

  it('is not the one that followed up on that of the session, with all its tags', async () => {
    const handoff = await begin()
    const { requesterId, tags } = ticketOf(handoff)
    handoff.account.addTicket({ requesterId, id: handoff.ticket.id + 1_000, tags, subject: 'Follow-up' })
    await say(handoff, 'Hello')
    expect(tagsOf(handoff).ticketId).toBe(`${handoff.ticket.id}`)
  })
})

describe('getTicket', () => {
  it('tells of a ticket that the client may read and not change', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 403 }, Infinity)
    expect(await handoff.installation.callAction('getTicket', { conversationId: handoff.downstreamId })).toMatchObject({
      ticketId: `${handoff.ticket.id}`,
      status: 'open',
    })
  })
})

describe('availability', () => {
  const check = ({ installation }: Bot) => installation.callAction('checkAvailability', { scheduleId: 'none' })

  it('is unknown where nobody is listed, and it could not be found out whether there is routing', async () => {
    faults.support.next(/settings/, { kind: 'refuse', status: 403 }, Infinity)
    const bot = await newBot({ support: { routing: false } })
    expect(await check(bot)).toMatchObject({ status: 'unknown', reason: 'agentsUnclear' })
  })

  it('still knows the subdomain where what was kept had to be read from Sunco again', async () => {
    const bot = await newBot({ support: { routing: true } })
    delete bot.installation.configuration.subdomain
    await bot.installation.register()
    bot.installation.states.clear()
    await world().integration.restart()
    await newHandoff(bot)
    expect(await check(bot)).not.toMatchObject({ reason: 'notConfigured' })
  })
})
