import { setTimeout as sleep } from 'node:timers/promises'
import { startWorld, type World } from '../sandbox/world'
import { makeOlder, playActor, type Played } from './actor'
import { compare } from './compare'
import { createRandom, type Random } from './random'
import type { SoakReport } from './report'
import { createTrouble, type Kill } from './trouble'

export type SoakOptions = {
  seed: number
  /** Messages, bursts of them, escalations and ends in all. */
  events: number
  customers: number
  /** Functions that are started at once; more are, where all are busy. */
  functions?: number
  /** Every request meets a function that has served none. */
  cold?: boolean
  /** Of a request meeting a fault. */
  probability: number
}

/** As on a serverless platform, no request has to wait for a function that is free. */
const mostFunctions = 32
/** Between the first words of two customers, in milliseconds, so that the functions do not all start at one instant. */
const arrivalMs = 150

/** What neither Zendesk nor Botpress documents or promises, so that the integration has to live with either. */
const drawSurroundings = (random: Random): SoakReport['surroundings'] => ({
  /** Sunco shows for so long who held control before. */
  controlLagMs: random.pick([0, 0, 300, 1_500]),
  /** A change of a conversation's metadata keeps the keys that it does not name, or not. */
  metadataPatch: random.pick(['merge', 'replace'] as const),
  /** `getOrSetState` may answer for so long what it answered before. */
  stateCacheMs: random.pick([0, 0, 300, 1_000]),
  /** Some events never come: what is missing is found by the next word, or by the hourly `register`. */
  losesEvents: random.chance(0.4),
})

/** Plays random sessions under random faults and compares both sides. */
export const runSoak = async ({
  seed,
  events,
  customers,
  functions = 4,
  cold = false,
  probability,
}: SoakOptions): Promise<SoakReport> => {
  const started = Date.now()
  const random = createRandom(seed)
  const surroundings = drawSurroundings(random.fork())
  const { controlLagMs, metadataPatch, stateCacheMs, losesEvents } = surroundings
  const trouble = createTrouble({ random: random.fork(), probability, losesEvents })
  const world = await startWorld({
    functions: { size: functions, most: mostFunctions, cold, choice: { seed } },
    sunco: {
      ...{ controlLagMs, metadataPatch, fault: trouble.sunco, deliveryFault: trouble.delivery },
      // Long enough for a claim whose holder died to run out, as Sunco's own quarter of an hour with five attempts is.
      delivery: { attempts: 4, firstDelayMs: 2_500, batchMs: 15 },
    },
    botpress: { stateCacheMs, fault: trouble.botpress },
  })
  world.integration.hooks.beforeCall = trouble.lose
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if ((await world.installation.register()).status === 200) break
    }
    let spent = 0
    const spend = (): boolean => spent++ < events
    const endHarassment = trouble.harass(world)
    const played = await Promise.all(
      Array.from({ length: customers }, async (_, number) => {
        const ownRandom = random.fork()
        await sleep(number * arrivalMs)
        return playActor({ world, number, random: ownRandom, spend, speaksAfterEnd: controlLagMs === 0 })
      })
    )
    await endHarassment()
    trouble.stop()
    await world.sunco.settled()
    await world.plugin.idle()
    const sessions = played.flat()
    const tidied = await tidyUp(world, sessions)
    const killed = new Set(trouble.kills.flatMap(({ text }) => text ?? []))
    const { differences, allowed } = compare(world, sessions, customers, killed)
    return {
      ...{ seed, functions, cold, surroundings, allowed, tidied },
      events: Math.min(spent, events),
      sessions: sessions.length,
      agentMessages: sum(sessions, ({ byAgents }) => byAgents.length),
      customerMessages: sum(sessions, ({ byCustomer }) => byCustomer.length),
      faults: trouble.counts,
      faultTotal: trouble.total(),
      asked: sessions.filter(({ asked }) => asked).length,
      hourly: sessions.filter(({ hourly }) => hourly).length,
      leftBehind: leftBehind(world, sessions).length,
      redeliveries: world.app.deliveries.filter(({ attempt }) => attempt > 1).length,
      seconds: Math.round((Date.now() - started) / 1000),
      differences: [...differences, ...leftBehindOddly(world, sessions, trouble.kills)],
    }
  } finally {
    await world.close()
  }
}

/**
 * What a function that was killed over an end had still to do is left to the hourly `register`. Returns for how many
 * sessions it was needed.
 */
const tidyUp = async ({ installation }: World, sessions: Played[]): Promise<number> => {
  const isUntidy = ({ downstreamId }: Played): boolean =>
    Boolean(installation.conversations.get(downstreamId)?.tags.live)
  const untidy = sessions.filter(isUntidy).length
  for (const { downstreamId } of sessions) makeOlder(installation, downstreamId)
  for (let hour = 0; hour < 4 && sessions.some(isUntidy); hour++) await installation.register()
  return untidy
}

/** Live tickets of handoffs that the plugin never heard of. */
const leftBehind = ({ app }: World, sessions: Played[]): string[] => {
  const known = new Set(sessions.map(({ conversationId }) => conversationId))
  return app.tickets
    .filter((one) => one.sessionActive && !known.has(one.conversationId))
    .map((one) => one.conversationId)
}

/** A function that is killed over a handoff cannot take it back, which is the one way to leave a live ticket behind. */
const leftBehindOddly = (world: World, sessions: Played[], kills: Kill[]): string[] => {
  const left = leftBehind(world, sessions)
  const excuses = kills.filter(({ operation }) => operation === 'action_triggered').length
  return left.length > excuses ? [`${left.length} handoffs left a live ticket behind, ${excuses} of them killed`] : []
}

const sum = (sessions: Played[], count: (session: Played) => number): number =>
  sessions.reduce((total, session) => total + count(session), 0)
