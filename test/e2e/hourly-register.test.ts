import { describe, expect, it } from 'vitest'
import {
  ada,
  killBusy,
  liveTickets,
  makeOlder,
  seen,
  sleep,
  stopsOf,
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

  it('looks at every session of several pages, whichever of them were busy lately', async () => {
    const quiet = await stage.newGrownHandoff()
    const busy = await stage.newGrownHandoff(quiet)
    const { conversations } = quiet.installation
    const place = (id: string, hoursAgo: number, updatedAt: string): void => {
      const createdAt = new Date(Date.now() - hoursAgo * 3_600_000).toISOString()
      conversations.set(id, { ...conversations.get(busy.downstreamId)!, id, createdAt, updatedAt })
    }
    const record = conversations.get(quiet.downstreamId)!
    const long = new Date(Date.now() - 7_200_000).toISOString()
    conversations.set(quiet.downstreamId, { ...record, createdAt: long, updatedAt: long })
    // The page's worth of those that changed last ends with the oldest of all.
    for (let n = 0; n < 19; n++) place(`conv_${n}`, 1, new Date(Date.now() + 60_000).toISOString())
    place('conv_oldest', 3, new Date(Date.now() + 30_000).toISOString())
    conversations.delete(busy.downstreamId)
    await stage.whileDown(() => quiet.app.agent(ada).endSession(quiet.conversationId))
    for (let run = 0; run < 2; run++) await quiet.installation.register()
    expect(quiet.customer.isWithAgent()).toBe(false)
  })

  it('brings what was said also where the session cannot be offered again', async () => {
    const handoff = await stage.newGrownHandoff()
    const { installation, app, conversationId } = handoff
    await stage.whileDown(() => void app.agent(ada).say(conversationId, 'Hello'))
    const name = `botpress-hitl-${installation.webhookId}`
    const place = [...app.switchboardIntegrations.values()].find((found) => found.name === name)
    app.switchboardIntegrations.delete(place!.id)
    suncoFaults.next(/POST .*offerControl$/, { kind: 'refuse', status: 403 }, Infinity)
    expect((await installation.register()).status).toBe(200)
    suncoFaults.clear()
    expect(handoff.fromAgents()).toEqual(['Hello'])
  })

  it('finishes what a function left halfway that took the customer back', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'hang' })
    const ending = handoff.customer.end().catch(() => undefined)
    await seen('the tags', () => tagsOf(handoff).endReason)
    await sleep(300)
    await killBusy(stage.world())
    await ending
    expect(liveTickets(handoff)).toHaveLength(1)
    makeOlder(handoff)
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })

  it('ends what the bot could not end, since Zendesk did not let go', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'refuse', status: 403 }, Infinity)
    const { status } = await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    expect(status).toBe(400)
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toHaveLength(1)
    suncoFaults.clear()
    handoff.app.agent(ada).say(handoff.conversationId, 'One more thing')
    await seen('the word', () => handoff.fromAgents().length === 1)
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff).endReason).toBe('stopHitl')
    expect(tagsOf(handoff)).not.toHaveProperty('live')
    await seen('the customer with the bot', () => !handoff.customer.isWithAgent())
  })

  it('ends what the bot could not end, since Botpress failed', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/GET .*conversations/, { kind: 'refuse', status: 503 }, Infinity)
    const { status } = await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    expect(status).toBe(400)
    botpressFaults.clear()
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl' })
    expect(tagsOf(handoff)).not.toHaveProperty('stopDue')
  })

  it('goes on with an end that was put off, where it failed halfway', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'refuse', status: 403 })
    await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    botpressFaults.next(/POST .*events/, { kind: 'refuse', status: 500 }, Infinity)
    await handoff.installation.register()
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl', live: 'true' })
    expect(stopsOf(handoff)).toEqual([])
    botpressFaults.clear()
    await handoff.installation.register()
    expect(stopsOf(handoff)).toHaveLength(1)
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })

  it('ends a session whose messages Zendesk does not list', async () => {
    const handoff = await stage.newGrownHandoff()
    await stage.whileDown(() => handoff.app.agent(ada).endSession(handoff.conversationId))
    suncoFaults.next(/GET .*messages$/, { kind: 'refuse', status: 500, retryAfterSeconds: 60 }, Infinity)
    await handoff.installation.register()
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'released', live: 'true' })
    tagsOf(handoff).endedAt = new Date(Date.now() - 11 * 60_000).toISOString()
    await handoff.installation.register()
    expect(handoff.customer.isWithAgent()).toBe(false)
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
