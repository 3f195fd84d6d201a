import { startWorld, type World } from '../sandbox/world'
import { playActor, type Played } from './actor'
import { compare, inZendesk } from './compare'
import { createRandom } from './random'
import { createTrouble, type Trouble } from './trouble'

export type SoakOptions = {
  seed: number
  /** Messages, escalations and ends in all. */
  events: number
  customers: number
  /** Processes that share the sessions. With more than one, the order is not compared: each keeps it for itself. */
  processes?: number
  /** Of a request meeting a fault. */
  probability: number
}

export type SoakReport = {
  seed: number
  processes: number
  events: number
  sessions: number
  agentMessages: number
  customerMessages: number
  faults: Record<string, number>
  faultTotal: number
  redeliveries: number
  /** Sessions whose end or last message came only after the customer had asked for it. */
  asked: number
  /** Customers' messages that are not in Zendesk and were reported as failed, as when the process died with them. */
  failed: number
  seconds: number
  /** A line for everything that one side said and the other has not, has twice, or has in another order. */
  differences: string[]
}

/** Plays random sessions under random faults and compares both sides. */
export const runSoak = async ({
  seed,
  events,
  customers,
  processes = 1,
  probability,
}: SoakOptions): Promise<SoakReport> => {
  const started = Date.now()
  const random = createRandom(seed)
  const trouble = createTrouble(random.fork(), probability)
  const world = await startWorld({
    processes,
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
    const { deliveries } = world.app
    return {
      seed,
      processes,
      events: Math.min(spent, events),
      sessions: sessions.length,
      agentMessages: sum(sessions, ({ byAgents }) => byAgents.length),
      customerMessages: sum(sessions, ({ byCustomer }) => byCustomer.length),
      faults: trouble.counts,
      faultTotal: trouble.total(),
      asked: sessions.filter(({ asked }) => asked).length,
      failed: sum(sessions, ({ byCustomer, conversationId }) => {
        const there = new Set(inZendesk(world, conversationId))
        return byCustomer.filter(({ accepted, text }) => !accepted && !there.has(text)).length
      }),
      redeliveries: deliveries.filter(({ attempt }) => attempt > 1).length,
      seconds: Math.round((Date.now() - started) / 1000),
      differences: [
        ...compare(world, sessions, processes === 1),
        ...droppedOddly(world, sessions, processes),
        ...failedOddly(sessions, trouble.kills),
      ],
    }
  } finally {
    await world.close()
  }
}

/**
 * What the plugin had no use for. Telling it of the end of a session that its customer had left before does no harm, and
 * comes about where `stopHitl` had released control and could not say so in Botpress.
 */
const droppedOddly = ({ plugin }: World, sessions: Played[], processes: number): string[] => {
  const left = new Set(sessions.filter(({ endedBy }) => endedBy === 'customer').map(({ downstreamId }) => downstreamId))
  return plugin.dropped.flatMap((dropped) => {
    if (dropped.kind === 'message') return [`the plugin dropped a message: ${dropped.reason}`]
    const { type, payload } = dropped.event
    // One process may still announce who speaks while another one passes on the end of the session.
    if (type === 'hitlAssigned' && processes > 1) return []
    if (type === 'hitlStopped' && left.has(String(payload.conversationId))) return []
    return [`the plugin dropped an event ${type}: ${dropped.reason}`]
  })
}

/** A message dies with the process that was killed over it, and may be reported as failed only then. */
const failedOddly = (sessions: Played[], kills: Trouble['kills']): string[] =>
  sessions.flatMap(({ byCustomer, conversationId }) =>
    byCustomer
      .filter(
        (said) =>
          !said.accepted && !said.asks && !kills.some(({ from, until }) => said.from <= until && said.until >= from)
      )
      .map(({ text }) => `session ${conversationId}: ${text} was reported as failed by a living process`)
  )

const sum = (sessions: Played[], count: (session: Played) => number): number =>
  sessions.reduce((total, session) => total + count(session), 0)

/** The report in lines a person can read. */
export const describeSoak = (report: SoakReport): string =>
  [
    `seed ${report.seed}: ${report.events} events in ${report.sessions} sessions over ${report.processes} ${report.processes === 1 ? 'process' : 'processes'}, ${report.seconds} s`,
    `  ${report.agentMessages} messages of agents, ${report.customerMessages} of customers`,
    `  ${report.faultTotal} faults: ${Object.entries(report.faults)
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    `  ${report.redeliveries} redeliveries, ${report.failed} of the customers' messages failed`,
    `  ${report.asked} sessions in which the customer had to ask for what the webhook was never told`,
    report.differences.length === 0
      ? `  nothing missing, nothing twice${report.processes === 1 ? ', order kept' : ''}`
      : '',
    ...report.differences.map((line) => `  DIFFERENCE ${line}`),
  ]
    .filter(Boolean)
    .join('\n')
