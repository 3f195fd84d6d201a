import { watchArrivals } from './arrivals'
import type { Memory } from '../sandbox/integration-process'
import { megabytes, ratioAtMost, shown, type Row } from './rows'
import { startStage } from './stage'

const mostMessages = 20_000
const judgedFrom = 5_000
const marks = [2_000, 5_000, 10_000, 20_000]
const sessionCount = 8
const botCount = 4
const roundLength = 250
const mostGrowth = 1.1

/** Memory of the integration's process while agents speak on and on in a few sessions, with servers that answer at once. */
export const measureMemory = async (): Promise<Row[]> => {
  const stage = await startStage(0)
  try {
    const bots = await Promise.all(Array.from({ length: botCount }, stage.newBot))
    const sessions = await stage.newSessions(bots, sessionCount)
    const arrivals = watchArrivals(bots)
    const atStart = await stage.world.integration.memory()
    const looks: (Memory & { said: number })[] = []
    for (let said = 0; said < mostMessages;) {
      for (let n = 0; n < roundLength; n++, said++) {
        const session = sessions[said % sessions.length]
        session?.agent.say(session.suncoConversationId, `message ${said}`)
      }
      await arrivals.reach(said)
      await stage.world.sunco.settled()
      stage.forget(bots)
      if (marks.includes(said)) looks.push({ said, ...(await stage.world.integration.memory()) })
    }
    arrivals.stop()
    const inUseAt = (mark: number): number => looks.find(({ said }) => said === mark)?.inUse ?? Number.NaN
    const list = (kind: keyof Memory): string => looks.map((look) => megabytes(look[kind])).join(', ')
    return [
      shown('memory in use before the first message', megabytes(atStart.inUse)),
      shown(`memory in use after ${marks.join(', ')} messages`, list('inUse')),
      shown('the process then, with what waits to be collected', list('resident')),
      ratioAtMost(
        'memory in use after 20,000 messages, times that of 5,000',
        inUseAt(mostMessages) / inUseAt(judgedFrom),
        mostGrowth
      ),
    ]
  } finally {
    await stage.close()
  }
}
