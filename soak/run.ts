import { startWorld } from '../sandbox/world'
import { playActor, type Played } from './actor'
import { compare, sessionsGivenUp } from './compare'
import { createRandom } from './random'
import { createTrouble } from './trouble'

export type SoakOptions = {
  seed: number
  /** Messages, escalations and ends in all. */
  events: number
  customers: number
  /** Of a request meeting a fault. */
  probability: number
}

export type SoakReport = {
  seed: number
  events: number
  sessions: number
  agentMessages: number
  customerMessages: number
  faults: Record<string, number>
  faultTotal: number
  redeliveries: number
  /** Sessions left out of the comparison, because Sunco gave an event of theirs up after five attempts. */
  givenUp: number
  /** Customers' messages whose delivery failed, as when the process died with them. */
  refused: number
  seconds: number
  /** A line for everything that one side said and the other has not, has twice, or has in another order. */
  differences: string[]
}

/** Plays random sessions under random faults and compares both sides. */
export const runSoak = async ({ seed, events, customers, probability }: SoakOptions): Promise<SoakReport> => {
  const started = Date.now()
  const random = createRandom(seed)
  const trouble = createTrouble(random.fork(), probability)
  const world = await startWorld({
    // Long enough for a claim whose holder died to run out, as Sunco's own quarter of an hour is.
    sunco: { fault: trouble.sunco, deliveryFault: trouble.delivery, delivery: { firstDelayMs: 2_500, batchMs: 15 } },
    botpress: { fault: trouble.botpress },
  })
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if ((await world.installation.register()).status === 200) break
    }
    let spent = 0
    const spend = (): boolean => spent++ < events
    const endHarassment = trouble.harass(world)
    const played = await Promise.all(
      Array.from({ length: customers }, (_, number) => playActor(world, number, random.fork(), spend))
    )
    await endHarassment()
    trouble.stop()
    await world.sunco.settled()
    await world.plugin.idle()
    const sessions = played.flat()
    const lost = sessionsGivenUp(world)
    const compared = sessions.filter(({ conversationId }) => !lost.has(conversationId))
    const { deliveries } = world.app
    return {
      seed,
      events: Math.min(spent, events),
      sessions: sessions.length,
      agentMessages: sum(sessions, ({ byAgents }) => byAgents.length),
      customerMessages: sum(sessions, ({ byCustomer }) => byCustomer.length),
      faults: trouble.counts,
      faultTotal: trouble.total(),
      givenUp: sessions.length - compared.length,
      refused: sum(sessions, ({ byCustomer }) => byCustomer.filter(({ accepted }) => !accepted).length),
      redeliveries: deliveries.filter(({ attempt }) => attempt > 1).length,
      seconds: Math.round((Date.now() - started) / 1000),
      differences: [
        ...compare(world, compared),
        ...world.plugin.dropped.map(({ kind, reason }) => `the plugin dropped a ${kind}: ${reason}`),
      ],
    }
  } finally {
    await world.close()
  }
}

const sum = (sessions: Played[], count: (session: Played) => number): number =>
  sessions.reduce((total, session) => total + count(session), 0)

/** The report in lines a person can read. */
export const describeSoak = (report: SoakReport): string =>
  [
    `seed ${report.seed}: ${report.events} events in ${report.sessions} sessions, ${report.seconds} s`,
    `  ${report.agentMessages} messages of agents, ${report.customerMessages} of customers`,
    `  ${report.faultTotal} faults: ${Object.entries(report.faults)
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    `  ${report.redeliveries} redeliveries, ${report.refused} of the customers' messages reported as failed`,
    `  ${report.givenUp} sessions not compared: Sunco gave an event of theirs up after five attempts`,
    report.differences.length === 0 ? '  nothing missing, nothing twice, order kept' : '',
    ...report.differences.map((line) => `  DIFFERENCE ${line}`),
  ]
    .filter(Boolean)
    .join('\n')
