import { describe, expect, it } from 'vitest'
import { title, ticketOf, useConnectedStage } from './connected'
import { ada, seen, stopsOf, tagsOf, type Handoff } from './stage'

const { stage, faults, newConnected, begin, say } = useConnectedStage()
const { newBot, newGrownHandoff, calls, world } = stage

const puts = () => calls('support').filter(({ method }) => method === 'PUT')
const ask = ({ installation, downstreamId: conversationId }: Handoff) =>
  installation.callAction('getTicket', { conversationId })

describe('the ticket of a session', () => {
  it('is left alone where it is gone', async () => {
    const handoff = await begin()
    faults.support.next(/PUT .*tickets/, { kind: 'refuse', status: 404 })
    await say(handoff, 'Hello')
    expect(puts()).toHaveLength(1)
    await handoff.installation.register()
    expect(puts()).toEqual([])
  })

  it('is found among older and newer ones of the same person', async () => {
    const handoff = await begin()
    const { requesterId } = ticketOf(handoff)
    for (let older = 0; older < 15; older += 1) handoff.account.addTicket({ requesterId })
    handoff.account.addTicket({ requesterId, id: handoff.ticket.id + 1_000, tags: ['bp_s_another'] })
    await say(handoff, 'Hello')
    expect(tagsOf(handoff).ticketId).toBe(`${handoff.ticket.id}`)
  })

  it('is looked for at an agent’s first words, and not at each that follows', async () => {
    const handoff = await begin({}, ({ account }) => {
      account!.missedReads = 9
    })
    await say(handoff, 'Hello')
    expect(calls('support')).not.toEqual([])
    await say(handoff, 'Another word')
    expect(calls('support')).toEqual([])
  })

  it('is not looked for where Sunco names no number for the customer, or knows them no more', async () => {
    const handoff = await begin()
    const user = handoff.app.users.get(handoff.ticket.requesterUserId)!
    for (const zendeskId of ['', '1/../../2', 'me', undefined]) {
      user.zendeskId = zendeskId
      expect(await ask(handoff)).toEqual({ reason: 'notFound' })
    }
    faults.sunco.next(/GET .*users/, { kind: 'refuse', status: 404 })
    expect(await ask(handoff)).toEqual({ reason: 'notFound' })
    expect(calls('support').filter(({ path }) => path.includes('requested'))).toEqual([])
  })

  it('keeps nobody waiting longer than some seconds, wherever Zendesk Support hangs', async () => {
    const handoff = await begin()
    for (const match of [/tokens/, /requested/, /GET .*tickets\/\d+$/]) {
      faults.support.clear()
      faults.support.next(match, { kind: 'hang' }, Infinity)
      await world().integration.restart()
      const began = Date.now()
      expect((await ask(handoff)).reason).toBe('noAnswer')
      expect(Date.now() - began).toBeLessThan(5_500)
    }
  })

  it('keeps nobody waiting longer where each answer is slow, and none too slow by itself', async () => {
    const handoff = await begin()
    await world().integration.restart()
    faults.support.next(/./, { kind: 'delay', ms: 1_700 }, Infinity)
    const began = Date.now()
    await ask(handoff)
    expect(Date.now() - began).toBeLessThan(5_500)
  })

  it('is seen to after the bot was told of the end', async () => {
    const handoff = await begin({ noteOnEnd: true })
    faults.support.next(/./, { kind: 'hang' }, Infinity)
    const began = Date.now()
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => stopsOf(handoff).length > 0)
    expect(Date.now() - began).toBeLessThan(3_500)
    await world().sunco.settled()
    expect(handoff.app.deliveries.filter(({ status }) => status !== 200)).toEqual([])
  })

  it('of a session that began before the connection was configured is not found, and costs no failure', async () => {
    const bot = await newBot({ support: true })
    const { configuration } = bot.installation
    const { supportClientId, ...without } = configuration
    bot.installation.configuration = without
    const handoff = await newGrownHandoff(bot, { title })
    bot.installation.configuration = { ...configuration, supportClientId, noteOnEnd: true }
    calls()
    await say(handoff, 'Hello')
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => stopsOf(handoff).length > 0)
    await world().sunco.settled()
    expect(puts()).toEqual([])
    expect(bot.account!.ticket(handoff.ticket.id)).toMatchObject({ comments: [] })
    expect(tagsOf(handoff).ticketId).toBeUndefined()
  })

  it('is asked for nothing more where the connection was removed in mid-session', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await say(handoff, 'Hello')
    delete handoff.installation.configuration.supportClientSecret
    calls()
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => stopsOf(handoff).length > 0)
    await world().sunco.settled()
    await handoff.installation.register()
    expect(await ask(handoff)).toEqual({ reason: 'notConfigured' })
    expect(calls('support')).toEqual([])
  })

  it('has its turn although those of newer sessions take all the time of a run and are never found', async () => {
    const { account, ...bot } = await newConnected()
    const sessions: Handoff[] = []
    for (let n = 0; n < 6; n += 1) sessions.push(await newGrownHandoff(bot, { title }))
    sessions.forEach(({ installation, downstreamId }, n) => {
      installation.conversations.get(downstreamId)!.createdAt = new Date(Date.now() - 60_000 + n).toISOString()
    })
    const [oldest, ...newer] = sessions.map(({ ticket }) => account.ticket(ticket.id))
    for (const ticket of newer) ticket.tags = []
    faults.support.next(/requested/, { kind: 'delay', ms: 3_000 }, Infinity)
    faults.sunco.next(/GET .*users/, { kind: 'delay', ms: 1_500 }, Infinity)
    await bot.installation.register()
    expect(oldest!.subject).not.toBe(title)
    await bot.installation.register()
    expect(oldest!.subject).toBe(title)
    // All were looked at: the next run begins with the newest again.
    const { states, integrationId } = bot.installation
    expect(states.get(`integration/${integrationId}/installation`)?.state.payload).not.toHaveProperty('settledUntil')
  })

  it('has its turn although there are many newer sessions that need nothing, and Botpress lists them slowly', async () => {
    const handoff = await begin()
    const { conversations } = handoff.installation
    const record = conversations.get(handoff.downstreamId)!
    const tags = { ticketDue: 'true', ticketId: '1' }
    for (let n = 1; n <= 100; n += 1) {
      const createdAt = new Date(Date.parse(record.createdAt) + n).toISOString()
      conversations.set(`conv_${n}`, { ...record, id: `conv_${n}`, createdAt, tags })
    }
    faults.botpress.next(/GET .*conversations$/, { kind: 'delay', ms: 900 }, Infinity)
    for (let run = 0; run < 4 && ticketOf(handoff).subject !== title; run += 1) await handoff.installation.register()
    expect(ticketOf(handoff).subject).toBe(title)
  }, 60_000)

  it('is noted on once where the release of a stop is told of again and again', async () => {
    const handoff = await begin({ noteOnEnd: true })
    await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
    await world().sunco.settled()
    expect(ticketOf(handoff).comments).toHaveLength(1)
    calls()
    const event = handoff.app.events.findLast(({ type }) => type === 'switchboard:releaseControl')!
    await handoff.app.emit([event, event])
    await world().sunco.settled()
    expect(calls('support')).toEqual([])
    expect(ticketOf(handoff).comments).toHaveLength(1)
  })
})

describe('secrets and people’s data', () => {
  it('stand in no line of the log and in no address, whatever fails', async () => {
    const { log } = world().integration
    const before = [log.length, world().wire.length] as const
    for (const status of [400, 401, 403, 404, 409, 422, 500]) {
      const handoff = await begin({ noteOnEnd: true })
      faults.support.next(/./, { kind: 'refuse', status }, Infinity)
      await handoff.installation.callAction('checkAvailability', {})
      await ask(handoff)
      await handoff.installation.callAction('stopHitl', { conversationId: handoff.downstreamId })
      await world().sunco.settled()
      faults.support.clear()
      const lines = log.slice(before[0]).join('\n')
      for (const secret of [handoff.account.clientSecret, handoff.account.clientId, title, 'jane']) {
        expect(lines.includes(secret)).toBe(false)
      }
      for (const { server, path, query } of world().wire.slice(before[1])) {
        if (server === 'support') expect(`${path}${query}`).not.toMatch(/secret|jane|parcel|client_/i)
      }
    }
  })
})
