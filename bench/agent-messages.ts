import { callRows, countsOf, mustBeNew, namesOf, repeat } from './calls'
import { atMost, exactly, shown, milliseconds, type Row } from './rows'
import type { Bot, Session, Stage } from './stage'

const repeats = 5

/** From an agent's message to when Botpress has it, in milliseconds. */
const timesOf = async (stage: Stage, { bot, agent, suncoConversationId }: Session): Promise<number[]> => {
  const times: number[] = []
  for (let n = 0; n < 10; n++) {
    const began = performance.now()
    const stop = bot.installation.onMessage(() => times.push(performance.now() - began))
    agent.say(suncoConversationId, `Timed ${n}`)
    await stage.world.sunco.settled()
    stop()
  }
  return times
}

/** Takes the newest messages from Botpress, as if they had never come. */
const loseNewest = ({ bot, conversationId }: Session, count: number): void => {
  const { messages } = bot.installation
  const ofSession = [...messages.values()].filter(
    (message) => message.conversationId === conversationId && message.direction === 'incoming'
  )
  for (const { id } of ofSession.slice(-count)) messages.delete(id)
}

const countMissing = async (stage: Stage, session: Session, missing: number, usual: number): Promise<number> => {
  loseNewest(session, missing)
  const calls = await stage.callsOf(() => session.agent.say(session.suncoConversationId, `After ${missing} lost ones`))
  return (calls.length - usual) / missing
}

/** Calls for agents' messages, in sessions that no function remembers. */
export const countAgentMessages = async (stage: Stage, bot: Bot): Promise<Row[]> => {
  const sessions = await stage.newSessions([bot], 3)
  const [session, ...others] = sessions
  if (!session) throw new Error('no session began')
  const say = ({ agent }: Session, { suncoConversationId }: Session, text: string) =>
    agent.say(suncoConversationId, text)

  const first = await repeat(stage, sessions.length, (n) => say(sessions[n]!, sessions[n]!, 'Hello'))
  const steady = await repeat(stage, repeats, (n) => say(session, session, `Message ${n}`))
  const usual = Math.min(...countsOf(steady))
  const missing = [1, 2, 5]
  const perMissing: number[] = []
  for (const count of missing) perMissing.push(await countMissing(stage, session, count, usual))
  const takeover = await repeat(stage, others.length, (n) => say(others[n]!, session, 'I take over'))
  return [
    ...callRows('agent’s message', steady, { calls: 3, roundTrips: 2 }),
    exactly(
      'in this order',
      steady.map(namesOf),
      'botpress GET messages + sunco GET conversations/:id/messages, botpress POST messages/get-or-create'
    ),
    atMost(`further calls per message that Botpress lacks, of ${missing.join(', ')}`, perMissing, 1),
    ...callRows('agent’s first message in a session', first, { calls: 9, roundTrips: 6 }),
    ...callRows('another agent takes over', takeover, { calls: 9, roundTrips: 6 }),
    shown('time of an agent’s message', milliseconds(await timesOf(stage, session))),
  ]
}

/** The same in functions that have not met the installation either. */
export const countAgentMessagesAnew = async (stage: Stage, session: Session): Promise<Row[]> => {
  const calls = await repeat(
    stage,
    3,
    (n) => session.agent.say(session.suncoConversationId, `Anew ${n}`),
    'webhook_received'
  )
  mustBeNew(calls)
  return callRows('agent’s message, function new to the installation', calls, { calls: 4, roundTrips: 3 })
}
