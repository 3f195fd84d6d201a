import { describe, expect, it } from 'vitest'
import type { PoolFunction } from '../../sandbox/functions'
import { ada, announcedIn, isCold, seen, sleep, useFaults, useStage, type Bot, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  // Long enough for what waited for a redelivery to be told from what did not.
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 5_000 } },
  botpress: { fault: botpressFaults.fault },
  functions: { size: 6, most: 6 },
})

const everyCallTakes = (ms: number): void => {
  suncoFaults.next(/ \/v2\//, { kind: 'delay', ms }, Infinity)
  botpressFaults.next(/ \/v1\//, { kind: 'delay', ms }, Infinity)
}
/** Where conversations begin with Zendesk's bot, and passed control shows eight seconds later. */
const newSlowBot = async (): Promise<Bot> => {
  const bot = await stage.newBot()
  const first = [...bot.app.switchboardIntegrations.values()].find(({ name }) => name === 'zd-answerBot')
  for (const switchboard of bot.app.switchboards.values()) switchboard.defaultSwitchboardIntegrationId = first!.id
  bot.app.controlLagMs = 8_000
  return bot
}
const statusesOf = ({ app }: Handoff): number[] => app.deliveries.map(({ status }) => status)

describe('what an agent says at once', () => {
  it('needs no redelivery and keeps its order: a text and a file as the first words', async () => {
    const bot = await stage.newBot()
    const took: number[] = []
    for (let round = 0; round < (isCold ? 1 : 5); round++) {
      const handoff = await stage.newGrownHandoff(bot)
      everyCallTakes(20)
      const began = Date.now()
      const agent = handoff.app.agent(ada)
      const file = { name: 'offer.pdf', mediaType: 'application/pdf', bytes: new Uint8Array([1]) }
      const { mediaUrl } = agent.uploadFile(handoff.conversationId, file)
      agent.say(handoff.conversationId, 'Here is the offer')
      agent.say(handoff.conversationId, { type: 'file', mediaUrl, mediaType: 'application/pdf', altText: 'offer.pdf' })
      await seen('both', () => handoff.fromAgents().length === 2, 3_000)
      took.push(Date.now() - began)
      suncoFaults.clear()
      botpressFaults.clear()
      await stage.world().sunco.settled()
      expect(handoff.fromAgents()).toEqual(['Here is the offer', 'file'])
      expect(announcedIn(handoff)).toEqual(['Ada'])
      expect(new Set(statusesOf(handoff))).toEqual(new Set([200]))
    }
    // Each would wait for its redelivery otherwise; a busy machine is late now and then.
    expect(Math.min(...took)).toBeLessThan(isCold ? 3_000 : 1_000)
  })

  it('keeps its order in bursts of three, in ten conversations', async () => {
    const bot = await stage.newBot()
    const handoffs: Handoff[] = []
    for (let n = 0; n < (isCold ? 2 : 10); n++) handoffs.push(await stage.newGrownHandoff(bot))
    const texts = Array.from({ length: isCold ? 9 : 45 }, (_, n) => `message ${n}`)
    const speak = async ({ app, conversationId }: Handoff): Promise<void> => {
      for (const [n, text] of texts.entries()) {
        app.agent(ada).say(conversationId, text)
        await sleep(n % 3 === 2 ? 150 : 4)
      }
    }
    await Promise.all(handoffs.map(speak))
    await stage.world().sunco.settled()
    for (const handoff of handoffs) {
      expect(handoff.fromAgents()).toEqual(texts)
      expect(announcedIn(handoff)).toEqual(['Ada'])
    }
    expect(bot.app.deliveries.filter(({ status, attempt }) => status !== 200 || attempt > 1)).toEqual([])
  }, 150_000)
})

describe('what a customer says at once', () => {
  /** Three texts, 5 ms apart; resolves when each was answered. */
  const sayThree = async ({ customer }: Handoff): Promise<number> => {
    const began = Date.now()
    const saying: Promise<void>[] = []
    for (const text of ['one', 'two', 'three']) {
      saying.push(customer.say(text))
      await sleep(5)
    }
    await Promise.all(saying)
    return Date.now() - began
  }
  /** 5 s, and what a busy machine adds. */
  const longestWaitMs = 5_500
  const isCallOf = (body: unknown, text: string): boolean => JSON.stringify(body).includes(`"text":"${text}"`)

  it('keeps its order where the first meets a slower function', async () => {
    const bot = await stage.newBot()
    const { hooks } = stage.world().integration
    hooks.beforeCall = (_, { body }) => (isCallOf(body, 'one') ? sleep(150) : undefined)
    for (let round = 0; round < (isCold ? 2 : 10); round++) {
      const handoff = await stage.newGrownHandoff(bot)
      everyCallTakes(15)
      await sayThree(handoff)
      suncoFaults.clear()
      botpressFaults.clear()
      expect(handoff.fromCustomer()).toEqual(['one', 'two', 'three'])
    }
  }, 40_000)

  it('does not wait for one that was refused for good', async () => {
    const handoff = await stage.newGrownHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    const { hooks } = stage.world().integration
    hooks.beforeCall = (_, { body }) => (isCallOf(body, 'two') || isCallOf(body, 'three') ? sleep(50) : undefined)
    expect(await sayThree(handoff)).toBeLessThan(3_300)
    expect(handoff.fromCustomer()).toEqual(['two', 'three'])
  })

  it.each([
    ['before', 'dropBefore', /POST .*messages$/, ['two', 'three'], longestWaitMs],
    ['after', 'delayAfter', /POST .*messages$/, ['one', 'two', 'three'], 3_800],
  ] as const)(
    'waits a turn at most (3.5 s) for one whose function died %s the post',
    async (_, kind, match, there, withinMs) => {
      const handoff = await stage.newGrownHandoff()
      const { hooks } = stage.world().integration
      let first: PoolFunction | undefined
      hooks.beforeCall = (chosen, { body }) => {
        if (isCallOf(body, 'one')) first = chosen
      }
      suncoFaults.next(match, kind === 'dropBefore' ? { kind: 'hang' } : { kind, ms: 20_000 })
      const saying = sayThree(handoff)
      await seen('its function', () => first)
      await sleep(isCold ? 1_000 : 400)
      await first!.kill()
      // What a function that dies after its post leaves behind is found in Zendesk; the other is given up.
      expect(await saying).toBeLessThan(isCold ? 15_000 : withinMs)
      expect(handoff.fromCustomer()).toEqual(there)
    }
  )

  it.skipIf(process.platform === 'win32')('waits no longer for one whose function is frozen for good', async () => {
    const handoff = await stage.newGrownHandoff()
    const { hooks } = stage.world().integration
    let first: PoolFunction | undefined
    hooks.beforeCall = (chosen, { body }) => {
      if (isCallOf(body, 'one')) first = chosen
    }
    suncoFaults.next(/POST .*messages$/, { kind: 'hang' })
    const began = Date.now()
    const saying = sayThree(handoff)
    await seen('its function', () => first)
    await sleep(isCold ? 1_000 : 400)
    process.kill(first!.pid, 'SIGSTOP')
    await seen('the others', () => handoff.fromCustomer().length === 2)
    expect(Date.now() - began).toBeLessThan(isCold ? 7_000 : longestWaitMs)
    expect(handoff.fromCustomer()).toEqual(['two', 'three'])
    await first!.kill()
    await saying
  })

  it('is delivered while control is still on its way to Agent Workspace', async () => {
    const bot = await newSlowBot()
    const handoff = await stage.newHandoff(bot)
    await handoff.customer.say('At once')
    expect(handoff.fromCustomer()).toEqual(['At once'])
    expect(handoff.customer.isWithAgent()).toBe(true)
    expect(handoff.plugin.lost).toEqual([])
  })
})

describe('an agent who speaks just after the start', () => {
  it('is heard at once, three seconds after it, at whichever function', async () => {
    const bot = await stage.newBot()
    const { integration } = stage.world()
    await integration.resize(6, 6)
    const functions = integration.functions().slice(0, isCold ? 1 : 6)
    const handoffs: Handoff[] = []
    for (let n = 0; n < functions.length; n++) handoffs.push(await stage.newHandoff(bot))
    await sleep(3_000)
    const took: number[] = []
    for (const [n, handoff] of handoffs.entries()) {
      integration.hooks.choose = (idle) => idle.find(({ id }) => id === functions[n]?.id)
      const began = Date.now()
      handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
      await seen('the message', () => handoff.fromAgents().length === 1, 4_000)
      took.push(Date.now() - began)
    }
    // Whoever waited would wait for longer than a busy machine takes.
    expect(Math.max(...took)).toBeLessThan(1_500)
    if (!isCold) expect(Math.min(...took)).toBeLessThan(300)
    expect(bot.plugin.dropped).toEqual([])
  })

  it('is heard three seconds after it, however early they speak, and also while control is still on its way', async () => {
    const handoff = await stage.newHandoff(await newSlowBot())
    const began = Date.now()
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the message', () => handoff.fromAgents().length === 1, 7_000)
    // The plugin needs two seconds.
    expect(Date.now() - began).toBeGreaterThan(1_800)
  })
})
