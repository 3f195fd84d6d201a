import { describe, expect, it } from 'vitest'
import {
  ada,
  announcedIn,
  bob,
  killBusy,
  liveTickets,
  makeOlder,
  post,
  said,
  seen,
  sleep,
  tagsOf,
  useFaults,
  useStage,
} from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 600 } },
  botpress: { fault: botpressFaults.fault },
})

describe('a customer’s message that was put off', () => {
  it.each([
    ['the post is refused for the moment', /POST .*messages$/, { kind: 'refuse', status: 429, retryAfterSeconds: 2 }],
    [
      'the post is refused by a server that is down',
      /POST .*messages$/,
      { kind: 'refuse', status: 503, retryAfterSeconds: 2 },
    ],
  ] as const)('is not posted to a session that ended meanwhile: %s', async (_, match, fault) => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(match, fault)
    const saying = handoff.customer.say('too late')
    await sleep(500)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    await saying
    expect(handoff.fromCustomer()).toEqual([])
    expect(handoff.app.tickets).toHaveLength(1)
    expect(handoff.plugin.lost).toHaveLength(1)
  })

  it('is not passed where an agent says much meanwhile', async () => {
    const handoff = await stage.newGrownHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 1_200 })
    const first = handoff.customer.say('first')
    await sleep(20)
    // Long on its way to its function: the agent's words are newer by then. In one request, since a function for each
    // of them would keep the first message busy for longer than the second one waits.
    stage.world().integration.hooks.beforeCall = async (_, { body }) => {
      if (JSON.stringify(body).includes('"text":"second"'))
        await seen('the words', () => handoff.fromAgents().length === 23)
    }
    const second = handoff.customer.say('second')
    await post(handoff, JSON.stringify({ events: Array.from({ length: 22 }, (_, n) => said(handoff, `word ${n}`)) }))
    await Promise.all([first, second])
    expect(handoff.fromCustomer()).toEqual(['first', 'second'])
  })

  it('is not posted to a session that ended while its file was copied', async () => {
    const bot = await stage.newBot({ privateAttachments: true })
    const other = await stage.newGrownHandoff(bot)
    const file = { name: 'door.png', mediaType: 'image/png', bytes: new Uint8Array([1]) }
    const { mediaUrl } = other.app.agent(ada).uploadFile(other.conversationId, file)
    const handoff = await stage.newGrownHandoff(bot)
    suncoFaults.next(/POST .*attachments$/, { kind: 'delay', ms: 1_500 })
    const saying = handoff.customer.say({ type: 'image', payload: { imageUrl: mediaUrl } })
    await sleep(500)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    const tickets = bot.app.tickets.length
    await saying
    expect(handoff.inZendesk().filter(({ author }) => author.type === 'user')).toEqual([])
    expect(bot.app.tickets).toHaveLength(tickets)
  })
})

describe('agents who speak in quick turns', () => {
  it('are announced once for each turn, in order, whoever brings them', async () => {
    const bot = await stage.newBot()
    for (let round = 0; round < 8; round++) {
      const handoff = await stage.newGrownHandoff(bot)
      suncoFaults.next(/ \/v2\//, { kind: 'delay', ms: 20 + 5 * round }, Infinity)
      botpressFaults.next(/ \/v1\//, { kind: 'delay', ms: 30 }, Infinity)
      handoff.app.agent(ada).say(handoff.conversationId, 'a')
      await sleep(15)
      handoff.app.agent(bob).say(handoff.conversationId, 'b')
      await seen('both', () => handoff.fromAgents().length === 2)
      suncoFaults.clear()
      botpressFaults.clear()
      await stage.world().sunco.settled()
      expect(handoff.fromAgents()).toEqual(['a', 'b'])
      expect(announcedIn(handoff)).toEqual(['Ada', 'Bob'])
    }
  }, 40_000)

  it('are not announced again for what has fallen off Botpress’ newest page', async () => {
    const handoff = await stage.newGrownHandoff()
    // Two within a millisecond: of such a pair, one falls off the page first.
    const said = [ada, ada].map((agent, n) => handoff.app.agent(agent).say(handoff.conversationId, `a${n}`))
    for (const message of said) message.received = said[0]!.received
    await seen('both', () => handoff.fromAgents().length === 2)
    for (let n = 1; n <= 21; n++) {
      handoff.app.agent(bob).say(handoff.conversationId, `b${n}`)
      await seen(`b${n}`, () => handoff.fromAgents().length === 2 + n)
    }
    stage.calls()
    handoff.app.agent(ada).say(handoff.conversationId, 'back')
    await seen('back', () => handoff.fromAgents().includes('back'))
    await stage.world().sunco.settled()
    expect(announcedIn(handoff)).toEqual(['Ada', 'Bob', 'Ada'])
    // Nor are they brought again.
    const brought = stage.calls('botpress').filter(({ path }) => path.endsWith('/messages/get-or-create'))
    expect(brought).toHaveLength(1)
    expect(handoff.fromAgents()).toHaveLength(24)
  }, 60_000)

  it('are not announced again for a message that Botpress refuses for good, which comes as a line', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 400, code: 'InvalidPayload' })
    handoff.app.agent(ada).say(handoff.conversationId, 'poison')
    await seen('the line', () => handoff.fromAgents().length === 1)
    for (const text of ['one', 'two']) {
      handoff.app.agent(bob).say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().includes(text))
    }
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual([expect.stringMatching(/cannot be shown here/), 'one', 'two'])
    expect(announcedIn(handoff)).toEqual(['Ada', 'Bob'])
  })
})

describe('a handoff whose function died over its offer', () => {
  const dieOverTheOffer = async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/POST .*offerControl$/, { kind: 'hang' })
    const starting = stage.newHandoff(bot).catch(() => undefined)
    await seen('Botpress’ conversation', () => bot.installation.conversations.size > 0)
    await sleep(300)
    await killBusy(stage.world())
    suncoFaults.clear()
    await starting
    expect(liveTickets(bot)).toHaveLength(1)
    const [conversation] = bot.installation.conversations.values()
    conversation!.createdAt = new Date(Date.now() - 60_000).toISOString()
    return { bot, conversationId: conversation!.id }
  }

  it('leaves no ticket that looks live: the hourly register releases it', async () => {
    const { bot, conversationId } = await dieOverTheOffer()
    expect((await bot.installation.register()).status).toBe(200)
    expect(liveTickets(bot)).toEqual([])
    const { tags } = bot.installation.conversations.get(conversationId)!
    expect(tags).toMatchObject({ endReason: 'handoffFailed' })
    expect(tags).not.toHaveProperty('live')
  })

  it('is told from a session whose key was changed', async () => {
    const handoff = await stage.newGrownHandoff()
    const metadata = handoff.app.conversations.get(handoff.conversationId)!.metadata
    metadata.botpressHitlNote = 'conv_1:1:signed with a former key'
    expect((await handoff.installation.register()).status).toBe(200)
    expect(liveTickets(handoff)).toHaveLength(1)
    expect(handoff.customer.isWithAgent()).toBe(true)
  })
})

describe('stopHitl', () => {
  it.each([
    ['the mark of the end cannot be written', 0],
    ['the last tag cannot be written', 1],
  ])('releases control and says so where %s', async (_, allowed) => {
    const handoff = await stage.newGrownHandoff()
    const { conversationId } = handoff.customer.session()!
    if (allowed > 0) botpressFaults.next(/PUT .*chat\/conversations/, { kind: 'delay', ms: 0 }, allowed)
    botpressFaults.next(/PUT .*chat\/conversations/, { kind: 'refuse', status: 500 }, Infinity)
    const began = Date.now()
    expect((await handoff.installation.tryAction('stopHitl', { conversationId })).status).toBe(200)
    expect(Date.now() - began).toBeLessThan(15_000)
    expect(liveTickets(handoff)).toEqual([])
    botpressFaults.clear()
    // What is left to be written is written by the hourly register.
    makeOlder(handoff)
    await handoff.installation.register()
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })

  it('has the hourly register release control where neither that nor the mark could be done', async () => {
    const handoff = await stage.newGrownHandoff()
    const { conversationId } = handoff.customer.session()!
    botpressFaults.next(/PUT .*chat\/conversations/, { kind: 'refuse', status: 409 }, 4)
    suncoFaults.next(/POST .*releaseControl$/, { kind: 'refuse', status: 403 }, Infinity)
    const stopped = await handoff.installation.tryAction('stopHitl', { conversationId })
    expect(stopped.body).toHaveProperty('message', expect.stringContaining('It is tried again every hour'))
    expect(liveTickets(handoff)).toHaveLength(1)
    suncoFaults.clear()
    makeOlder(handoff)
    await handoff.installation.register()
    expect(liveTickets(handoff)).toEqual([])
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl' })
  })

  it('says in the end why the session is over, where that could not be written at first', async () => {
    const handoff = await stage.newGrownHandoff()
    const { conversationId } = handoff.customer.session()!
    botpressFaults.next(/PUT .*chat\/conversations/, { kind: 'refuse', status: 409 }, 4)
    await handoff.installation.callAction('stopHitl', { conversationId })
    expect(tagsOf(handoff)).toMatchObject({ endReason: 'stopHitl', endedAt: expect.any(String) as string })
    expect(tagsOf(handoff)).not.toHaveProperty('live')
  })
})

describe('register', () => {
  it.each(['GET', 'POST'])('is not failed by a state of Botpress that fails at %s', async (method) => {
    const bot = await stage.newBot()
    const secret = [...bot.app.integrations.values()][0]!.webhooks[0]!
    secret.secret = 'changed'
    botpressFaults.next(new RegExp(`${method} .*states/integration`), { kind: 'refuse', status: 500 }, Infinity)
    expect((await bot.installation.register()).status).toBe(200)
  })
})
