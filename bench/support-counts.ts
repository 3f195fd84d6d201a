import { callRows, countsOf, repeat } from './calls'
import { atMost, shownCounts, type Row } from './rows'
import { poolSize, type Bot, type Stage } from './stage'

const repeats = 3

const check = ({ installation }: Bot): Promise<unknown> => installation.callAction('checkAvailability', {})

/** Calls of a bot that is connected to Zendesk Support; each function has met the installation. */
export const countSupport = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot(true)
  await stage.warmUp(bot)
  const anew = await repeat(stage, repeats, () => check(bot))
  for (let n = 0; n < poolSize; n++) await check(bot)
  const fresh = await repeat(stage, repeats, () => check(bot))

  const { userId } = await bot.installation.callAction('createUser', { name: 'Jane Doe', email: 'jane@example.com' })
  const starts = await repeat(stage, repeats, () =>
    bot.installation.callAction('startHitl', { userId, title: 'Order 1234', messageHistory: [] })
  )
  const sessions = await stage.newSessions([bot], repeats)
  const say = (n: number): unknown => sessions[n]!.agent.say(sessions[n]!.suncoConversationId, 'Hello')
  const first = await repeat(stage, repeats, say)
  const steady = await repeat(stage, repeats, say)
  return [
    ...callRows('Check Availability, function that knows nothing of Zendesk Support', anew, {
      calls: 4,
      roundTrips: 3,
    }),
    atMost('calls, Check Availability, where the answer is fresh', countsOf(fresh), 0),
    atMost('calls, startHitl with Zendesk Support', countsOf(starts), 8),
    ...callRows('agent’s message with Zendesk Support', steady, { calls: 3, roundTrips: 2 }),
    shownCounts('calls, agent’s first message, which finds and names the ticket', countsOf(first)),
    shownCounts(
      'calls, register with Zendesk Support',
      countsOf(await repeat(stage, 1, () => bot.installation.register()))
    ),
  ]
}
