import { describe, expect, it } from 'vitest'
import type { Asked } from '../../sandbox/faults'
import type { PoolFunction } from '../../sandbox/functions'
import type { Fault } from '../../sandbox/loopback'
import { ada, announcedIn, isCold, median, seen, sleep, useFaults, useStage, type Bot, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  // Long enough for what waited for a redelivery to be told from what did not.
  sunco: { fault: suncoFaults.fault, delivery: { firstDelayMs: 5_000 } },
  botpress: { fault: botpressFaults.fault },
  // More are started where these are all at work.
  functions: { size: 6 },
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
    if (!isCold) expect(median(took)).toBeLessThan(1_000)
  })

  it('keeps its order in bursts of three, in ten conversations, with six functions', async () => {
    const bot = await stage.newBot()
    const { integration } = stage.world()
    await integration.resize(6, 6)
    const handoffs: Handoff[] = []
    for (let n = 0; n < (isCold ? 2 : 10); n++) handoffs.push(await stage.newGrownHandoff(bot))
    const texts = Array.from({ length: isCold ? 9 : 45 }, (_, n) => `message ${n}`)
    const speak = async ({ app, conversationId }: Handoff): Promise<void> => {
      for (const [n, text] of texts.entries()) {
        app.agent(ada).say(conversationId, text)
        // The bursts overlap; with less between them, a slow machine is late by more than Sunco waits.
        await sleep(n % 3 === 2 ? 700 : 4)
      }
    }
    await Promise.all(handoffs.map(speak))
    await stage.world().sunco.settled()
    for (const handoff of handoffs) {
      expect(handoff.fromAgents()).toEqual(texts)
      expect(announcedIn(handoff)).toEqual(['Ada'])
    }
    // Not compared as a whole, which would be written out.
    const refused = bot.app.deliveries.filter(({ status, attempt }) => status !== 200 || attempt > 1)
    expect(refused.map(({ status }) => status)).toEqual([])
    expect(integration.functions()).toHaveLength(6)
    await integration.resize(6)
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
  /** A turn (3.5 s), the looks before and after it, and a busy machine. */
  const longestWaitMs = isCold ? 9_000 : 6_000
  const isCallOf = (body: unknown, text: string): boolean => JSON.stringify(body).includes(`"text":"${text}"`)

  /** Has the post of "one" meet a fault; resolves with the function that made it once it has met that. */
  const catchFirst = (fault: Fault) => {
    let by: PoolFunction | undefined
    let hasPosted = false
    stage.world().integration.hooks.beforeCall = (chosen, { body }) => {
      if (isCallOf(body, 'one')) by = chosen
    }
    const isPost = ({ method, path, body }: Asked): boolean => {
      const isIt = method === 'POST' && path.endsWith('/messages') && isCallOf(body, 'one')
      hasPosted ||= isIt
      return isIt
    }
    suncoFaults.next(isPost, fault)
    return { posting: () => seen('its post', () => hasPosted && by) }
  }

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
    ['before', { kind: 'hang' }, ['two', 'three']],
    ['after', { kind: 'delayAfter', ms: 20_000 }, ['one', 'two', 'three']],
  ] as const)('waits a turn at most (3.5 s) for one whose function died %s the post', async (_, fault, there) => {
    const handoff = await stage.newGrownHandoff()
    const first = catchFirst(fault)
    const saying = sayThree(handoff)
    const { kill } = await first.posting()
    await kill()
    // What a function that dies after its post leaves behind is found in Zendesk; the other is given up.
    expect(await saying).toBeLessThan(isCold ? 15_000 : longestWaitMs)
    expect(handoff.fromCustomer()).toEqual(there)
  })

  it.skipIf(process.platform === 'win32')('waits no longer for one whose function is frozen for good', async () => {
    const handoff = await stage.newGrownHandoff()
    const first = catchFirst({ kind: 'hang' })
    const began = Date.now()
    const saying = sayThree(handoff)
    const { pid, kill } = await first.posting()
    process.kill(pid, 'SIGSTOP')
    try {
      await seen('the others', () => handoff.fromCustomer().length === 2)
      expect(Date.now() - began).toBeLessThan(longestWaitMs)
      expect(handoff.fromCustomer()).toEqual(['two', 'three'])
    } finally {
      await kill()
      await saying
    }
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
    const { hooks } = stage.world().integration
    const handoffs: Handoff[] = []
    for (let n = 0; n < (isCold ? 2 : 6); n++) handoffs.push(await stage.newHandoff(bot))
    await sleep(3_000)
    const by = new Set<string>()
    hooks.beforeCall = ({ id }) => void by.add(id)
    const took: number[] = []
    for (const handoff of handoffs) {
      const began = Date.now()
      handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
      await seen('the message', () => handoff.fromAgents().length === 1, 4_000)
      took.push(Date.now() - began)
    }
    // The one that rested longest takes each: none twice.
    expect(by.size).toBe(Math.min(handoffs.length, stage.world().integration.functions().length))
    // Whoever waited would wait for seconds; a busy machine is late now and then.
    expect(Math.max(...took)).toBeLessThan(isCold ? 4_000 : 2_000)
    if (!isCold) expect(Math.min(...took)).toBeLessThan(300)
    expect(bot.plugin.dropped).toEqual([])
  })

  it('is heard two seconds after it, however early they speak, and also while control is still on its way', async () => {
    const bot = await newSlowBot()
    const took: number[] = []
    for (let n = 0; n < (isCold ? 1 : 3); n++) {
      const handoff = await stage.newHandoff(bot)
      const returned = Date.now()
      handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
      await seen('the message', () => handoff.fromAgents().length === 1, 7_000)
      took.push(Date.now() - returned)
      expect(bot.plugin.dropped).toEqual([])
    }
    // The two that the plugin needs, and no more; the start's last answer may have come a little later than reckoned.
    expect(Math.min(...took)).toBeGreaterThan(1_700)
    expect(Math.min(...took)).toBeLessThan(isCold ? 5_000 : 2_700)
  })
})
