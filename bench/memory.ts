import type { Memory } from '../sandbox/functions'
import { watchArrivals } from './arrivals'
import { megabytes, ratioAtMost, shown, type Row } from './rows'
import { startStage, type Stage } from './stage'

/** Each function takes half of the messages. */
const functionCount = 2
const mostMessages = 20_000
const judgedFrom = 5_000
const marks = [2_000, 5_000, 10_000, 20_000]
const sessionCount = 8
const botCount = 4
const roundLength = 50
const mostGrowth = 1.1

/** Of the function that has the most in use. */
const memoryOf = async ({ world }: Stage): Promise<Memory> => {
  const memories = await Promise.all(world.integration.functions().map((one) => one.memory()))
  const [first, ...others] = memories
  if (!first) throw new Error('no function lives')
  return others.reduce((most, memory) => (memory.inUse > most.inUse ? memory : most), first)
}

/** Memory of a function while agents speak on and on in a few sessions, with servers that answer at once. */
export const measureMemory = async (): Promise<Row[]> => {
  const stage = await startStage(0, { size: functionCount })
  try {
    const bots = await stage.newBots(botCount)
    const sessions = await stage.newSessions(bots, sessionCount)
    const arrivals = watchArrivals(bots)
    const atStart = await memoryOf(stage)
    const looks: (Memory & { said: number })[] = []
    for (let said = 0; said < mostMessages;) {
      for (let n = 0; n < roundLength; n++, said++) {
        const session = sessions[said % sessions.length]
        session?.agent.say(session.suncoConversationId, `message ${said}`)
      }
      await arrivals.reach(said)
      await stage.world.sunco.settled()
      stage.forget(bots)
      if (marks.includes(said)) looks.push({ said, ...(await memoryOf(stage)) })
    }
    arrivals.stop()
    const inUseAt = (mark: number): number => looks.find(({ said }) => said === mark)?.inUse ?? Number.NaN
    const list = (kind: keyof Memory): string => looks.map((look) => megabytes(look[kind])).join(', ')
    const what = `memory in use of one of ${functionCount} functions`
    return [
      shown(`${what} before the first message`, megabytes(atStart.inUse)),
      shown(`${what} after ${marks.join(', ')} messages`, list('inUse')),
      shown('the process then, with what waits to be collected', list('resident')),
      ratioAtMost(
        `${what} after 20,000 messages, times that of 5,000`,
        inUseAt(mostMessages) / inUseAt(judgedFrom),
        mostGrowth
      ),
    ]
  } finally {
    await stage.close()
  }
}
