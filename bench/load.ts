import { watchArrivals } from './arrivals'
import { exactly, median, milliseconds, ratioAtMost, shown, type Row } from './rows'
import type { WorldFunctions } from '../sandbox/world'
import { poolSize, startStage, type Session, type Stage } from './stage'

const sessionCount = 30
const botCount = 3
const messagesEach = 50
const alone = 100
/** A warm process must not become slower for the sake of functions. */
const mostTimesThePool = 1.1

type Spoken = { latencies: number[]; tookMs: number; lost: number; inOrder: boolean }

const textsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `message ${n}`)

/** All agents speak at once, each all of its texts without waiting for an answer. */
const speak = async (stage: Stage, sessions: Session[], texts: string[]): Promise<Spoken> => {
  const arrivals = watchArrivals([...new Set(sessions.map(({ bot }) => bot))])
  try {
    const began = performance.now()
    const saidAt = new Map<Session, number[]>()
    for (const session of sessions) saidAt.set(session, [])
    for (const text of texts) {
      for (const session of sessions) {
        saidAt.get(session)?.push(performance.now())
        session.agent.say(session.suncoConversationId, text)
      }
    }
    // What is lost is counted below, not thrown.
    await arrivals.reach(sessions.length * texts.length).catch(() => undefined)
    const tookMs = performance.now() - began
    await stage.world.sunco.settled()
    const received = sessions.map((session) => ({ session, got: arrivals.of(session.conversationId) }))
    return {
      tookMs,
      latencies: received.flatMap(({ session, got }) =>
        got.map(({ at }, n) => at - (saidAt.get(session)?.[n] ?? Number.NaN))
      ),
      lost: received.reduce((sum, { got }) => {
        const came = new Set(got.map(({ text }) => text))
        return sum + texts.filter((text) => !came.has(text)).length
      }, 0),
      inOrder: received.every(({ got }) => got.every(({ text }, n) => text === texts[n])),
    }
  } finally {
    arrivals.stop()
  }
}

/** Every agent waits until its text has reached the customer's side, and then says the next. */
const converse = async (sessions: Session[], texts: string[]): Promise<number[]> => {
  const perSession = sessions.map(async ({ bot, agent, conversationId, suncoConversationId }) => {
    const latencies: number[] = []
    for (const text of texts) {
      const arrived = new Promise<number>((resolve) => {
        const stop = bot.installation.onMessage((message) => {
          if (message.conversationId !== conversationId) return
          stop()
          resolve(performance.now())
        })
      })
      const saidAt = performance.now()
      agent.say(suncoConversationId, text)
      latencies.push((await arrived) - saidAt)
    }
    return latencies
  })
  return (await Promise.all(perSession)).flat()
}

type Load = { single: number[]; together: number[]; spoken: Spoken }

const measure = async (delayMs: number, functions: WorldFunctions): Promise<Load> => {
  const stage = await startStage(delayMs, functions)
  try {
    const bots = await stage.newBots(botCount)
    const sessions = await stage.newSessions(bots, sessionCount)
    // The first message of each announces the agent.
    await speak(stage, sessions, ['Hello'])
    const single = await converse(sessions.slice(0, 1), textsOf(alone))
    const together = await converse(sessions, textsOf(10))
    await stage.world.sunco.settled()
    stage.forget(bots)
    await speak(stage, sessions, ['Hello again'])
    return { single, together, spoken: await speak(stage, sessions, textsOf(messagesEach)) }
  } finally {
    await stage.close()
  }
}

const rowsOf = (where: string, { single, together, spoken }: Load): Row[] => {
  const lots = `${sessionCount} sessions, ${messagesEach} messages each at once, ${where}`
  const total = sessionCount * messagesEach
  return [
    shown(`agent’s message, one session, ${where}`, milliseconds(single)),
    shown(`agent’s message, ${sessionCount} sessions in conversation, ${where}`, milliseconds(together)),
    exactly(`${lots}: lost`, [`${spoken.lost}`], '0'),
    exactly(`${lots}: order`, [spoken.inOrder ? 'kept' : 'broken'], 'kept'),
    shown(`${lots}: throughput`, `${((total / spoken.tookMs) * 1000).toFixed(0)} messages/s`),
    shown(`${lots}: waiting included`, milliseconds(spoken.latencies)),
  ]
}

/** Latency of an agent's message, from being said to being created in Botpress; then many sessions at once. */
export const measureLoad = async (delayMs: number): Promise<Row[]> => {
  const onPool = await measure(delayMs, {})
  // Which no serverless platform has; for comparison with what one process can do.
  const onOne = await measure(delayMs, { shared: true })
  return [
    ...rowsOf(`${poolSize} functions`, onPool),
    ...rowsOf('one process that takes everything at once', onOne),
    ratioAtMost(
      'agent’s message, one session: one warm process, times the functions',
      median(onOne.single) / median(onPool.single),
      mostTimesThePool
    ),
  ]
}
