import { describe, expect, it } from 'vitest'
import { title, ticketOf, useConnectedStage, type Connected } from './connected'
import { ada, bob, isCold, seen, stopsOf, tagsOf, type Bot } from './stage'

const { stage, faults, trouble, newConnected, begin, say, ended } = useConnectedStage()
const { newBot, newGrownHandoff, newHandoff, calls, world } = stage

type Prepare = (bot: Bot) => void
const notes = (handoff: Connected) => ticketOf(handoff).comments

describe('the ticket of a session', () => {
  it('bears a tag of its own, before those of the bot builder, and a handoff asks Zendesk Support nothing', async () => {
    const bot = await newConnected()
    calls()
    const handoff = await newHandoff(bot, { title, hitlSession: { tags: ['vip'] } })
    expect(bot.account.ticket(handoff.ticket.id).tags).toEqual([`bp_s_${handoff.conversationId}`, 'vip'])
    expect(calls('support')).toEqual([])
    expect(tagsOf(handoff)).toMatchObject({ ticketSubject: title })
  })

  it('is found at the agent’s first words, after they were delivered, and gets the title as its subject', async () => {
    const handoff = await begin()
    await say(handoff, 'Hello')
    const { id } = handoff.ticket
    expect(tagsOf(handoff)).toMatchObject({
      ticketId: `${id}`,
      ticketUrl: `${world().support.url}/agent/tickets/${id}`,
    })
    expect(tagsOf(handoff).ticketSubject).toBeFalsy()
    expect(ticketOf(handoff)).toMatchObject({ subject: title, comments: [] })
    const [delivered, asked] = [/POST .*messages/, /GET .*tickets\/requested/].map((match) =>
      world().wire.findLastIndex(({ method, path }) => match.test(`${method} ${path}`))
    )
    expect(delivered).toBeLessThan(asked!)
    calls()
    ticketOf(handoff).subject = 'Renamed by an agent'
    await say(handoff, 'Another word')
    await say(handoff, 'From me too', bob)
    expect(calls('support')).toEqual([])
    await handoff.installation.register()
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(ticketOf(handoff).subject).toBe('Renamed by an agent')
  })

  it('is looked for again at the end, and by the hourly check, where Zendesk lists it late', async () => {
    const handoff = await begin({}, ({ account }) => {
      account!.missedReads = 1
    })
    await say(handoff, 'Hello')
    expect(tagsOf(handoff).ticketId).toBeUndefined()
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(tagsOf(handoff).ticketId).toBe(`${handoff.ticket.id}`)
    expect(ticketOf(handoff).subject).toBe(title)

    const hourly = await begin({}, ({ account }) => {
      account!.missedReads = 1
    })
    await say(hourly, 'Hello')
    expect(tagsOf(hourly).ticketId).toBeUndefined()
    await hourly.installation.register()
    expect(tagsOf(hourly).ticketId).toBe(`${hourly.ticket.id}`)
  })

  it('is never another one’s: neither an older one of the same person, nor one whose tag got lost', async () => {
    const handoff = await begin({}, ({ account }) => {
      account!.turned.add('tagsLost')
    })
    const { requesterId } = ticketOf(handoff)
    handoff.account.addTicket({ requesterId, tags: ['bp_s_0123456789abcdef01234567'], subject: 'Another matter' })
    await say(handoff, 'Hello')
    expect(tagsOf(handoff).ticketId).toBeUndefined()
    expect(await handoff.installation.callAction('getTicket', { conversationId: handoff.downstreamId })).toEqual({
      reason: 'notFound',
    })
    expect(handoff.account.tickets().map(({ subject }) => subject)).not.toContain(title)
  })

  it.each<[string, Prepare]>([
    ['hangs', () => faults.support.next(/./, { kind: 'hang' }, Infinity)],
    ['is down', () => faults.support.next(/./, { kind: 'refuse', status: 503 }, Infinity)],
    ['accepts the client no more', ({ account }) => void (account!.clientSecret = 'another')],
    ['has not linked the customer', ({ account }) => void (account!.zendeskId = 'never')],
  ])('is not missed by anyone where Zendesk Support %s', async (_, prepare) => {
    const handoff = await begin({ noteOnEnd: true }, prepare)
    const began = Date.now()
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the words', () => handoff.fromAgents().includes('Hello'))
    expect(Date.now() - began).toBeLessThan(isCold ? 5_000 : 1_500)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => stopsOf(handoff).length > 0)
    await world().sunco.settled()
    expect(handoff.app.deliveries.filter(({ status }) => status !== 200)).toEqual([])
    expect(tagsOf(handoff).endReason).toBe('released')
  })

  it('is looked for anew where the configuration names another account', async () => {
    const handoff = await begin()
    await say(handoff, 'Hello')
    tagsOf(handoff).ticketUrl = 'https://former.zendesk.com/agent/tickets/1'
    tagsOf(handoff).ticketId = '1'
    await handoff.installation.callAction('getTicket', { conversationId: handoff.downstreamId })
    expect(tagsOf(handoff).ticketId).toBe(`${handoff.ticket.id}`)
  })

  it('keeps its subject for the next time where it could not be changed, and is left alone where it is closed', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 503 })
    await say(handoff, 'Hello')
    expect(tagsOf(handoff)).toMatchObject({ ticketId: `${handoff.ticket.id}`, ticketSubject: title })
    await handoff.installation.register()
    expect(ticketOf(handoff).subject).toBe(title)
    expect(tagsOf(handoff).ticketSubject).toBeFalsy()

    const closed = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 422 })
    await say(closed, 'Hello')
    calls()
    await closed.installation.register()
    expect(calls('support').filter(({ method }) => method === 'PUT')).toEqual([])
  })

  it('takes a change once more that met another one', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 409 })
    await say(handoff, 'Hello')
    expect(ticketOf(handoff).subject).toBe(title)
  })

  it('makes no call without the connection, whatever else is configured', async () => {
    const bot = await newBot()
    calls()
    Object.assign(bot.installation.configuration, { noteOnEnd: true, supportClientId: 'half' })
    const handoff = await newGrownHandoff(bot, { title })
    expect(handoff.ticket.fields).not.toHaveProperty('dataCapture.systemField.tags')
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the words', () => handoff.fromAgents().length > 0)
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    await world().sunco.settled()
    expect(calls('support')).toEqual([])
    expect(Object.keys(tagsOf(handoff)).filter((tag) => tag.startsWith('ticket'))).toEqual([])
  })
})

describe('a note on the ticket', () => {
  it('is left at the agent’s end, once, for agents alone', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    tagsOf(handoff).startedAt = new Date(Date.now() - 65 * 60_000).toISOString()
    trouble.delivery = () => ({ copies: 3 })
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(notes(handoff)).toMatchObject([{ public: false }])
    expect(notes(handoff)[0]!.body).toMatch(
      /is over: control was given up, as it is when an agent ends the session\. It lasted 1 hour 5 minutes\./
    )
  })

  it('is left where the bot takes the customer back, who does not wait for it', async () => {
    const handoff = await begin({ noteOnEnd: true })
    faults.support.next(/tokens/, { kind: 'delay', ms: 2_000 })
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    expect(notes(handoff)).toEqual([])
    await world().sunco.settled()
    expect(notes(handoff).map(({ body }) => body)).toEqual([expect.stringContaining('the bot took the customer back')])
    expect(ticketOf(handoff).subject).toBe(title)
  })

  it('is made good by the hourly check where Zendesk Support was down at the end', async () => {
    const handoff = await begin({ noteOnEnd: true })
    faults.support.next(/./, { kind: 'refuse', status: 503 }, Infinity)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(tagsOf(handoff)).toMatchObject({ ticketDue: 'true' })
    expect(tagsOf(handoff).ticketId).toBeUndefined()
    faults.support.clear()
    await handoff.installation.register()
    expect(notes(handoff)).toMatchObject([{ public: false }])
    expect(ticketOf(handoff).subject).toBe(title)
    calls()
    await handoff.installation.register()
    expect(calls('support').filter(({ path }) => path.includes('tickets'))).toEqual([])
    expect(notes(handoff)).toHaveLength(1)
  })

  it('is given up a day after the end where the ticket is never found', async () => {
    const handoff = await begin({ noteOnEnd: true }, ({ account }) => void (account!.zendeskId = 'never'))
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    await handoff.installation.register()
    expect(tagsOf(handoff).ticketDue).toBe('true')
    tagsOf(handoff).endedAt = new Date(Date.now() - 25 * 60 * 60_000).toISOString()
    await handoff.installation.register()
    expect(tagsOf(handoff).ticketDue).toBeFalsy()
  })

  it('is left out where the configuration does not ask for it', async () => {
    const handoff = await begin()
    await say(handoff, 'Hello')
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(notes(handoff)).toEqual([])
  })

  it('is left by one of five functions that hear of the end', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    faults.support.next(/PUT .*tickets/, { kind: 'delay', ms: 300 })
    trouble.delivery = () => ({ copies: 5 })
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await ended(handoff)
    expect(notes(handoff)).toHaveLength(1)
  })
})

describe('getTicket', () => {
  const ask = ({ installation }: Bot, conversationId: string): Promise<Record<string, unknown>> =>
    installation.callAction('getTicket', { conversationId })

  it('tells number, address and status, and finds the ticket where that has not been done', async () => {
    const handoff = await begin()
    const found = {
      ticketId: `${handoff.ticket.id}`,
      ticketUrl: `${world().support.url}/agent/tickets/${handoff.ticket.id}`,
    }
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ ...found, status: 'open' })
    expect(tagsOf(handoff)).toMatchObject(found)
    handoff.app.solveTicket(handoff.conversationId)
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ ...found, status: 'solved' })
    handoff.account.deleteTicket(handoff.ticket.id)
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ ...found, reason: 'notFound' })
  })

  it('tells why it cannot say', async () => {
    const handoff = await begin()
    expect(await ask(handoff, 'conv_nonsense')).toEqual({ reason: 'noSession' })
    faults.support.next(/requested/, { kind: 'refuse', status: 403 })
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ reason: 'notAllowed' })
    faults.support.next(/requested/, { kind: 'hang' }, Infinity)
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ reason: 'noAnswer' })
    faults.support.clear()
    faults.botpress.next(/GET .*conversations/, { kind: 'refuse', status: 403 })
    expect(await ask(handoff, handoff.downstreamId)).toEqual({ reason: 'noAnswer' })
    const plain = await newGrownHandoff()
    expect(await ask(plain, plain.downstreamId)).toEqual({ reason: 'notConfigured' })
  })
})
