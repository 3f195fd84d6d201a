import { watchArrivals } from './arrivals'
import { median, megabytes, ratioAtMost, shown, type Row } from './rows'
import { startStage } from './stage'

const mostMessages = 20_000
const judgedFrom = 5_000
const marks = [2_000, 5_000, 10_000, 20_000]
const sessionCount = 8
const botCount = 4
const roundLength = 250
const mostGrowth = 1.25
/**
 * Messages before a mark over which the memory is taken. Collections let it rise and fall by a third within some thousand
 * messages, so that a single look tells where in that it fell and not whether it grows.
 */
const windowLength = 2_500

/** Memory of the integration's process while agents speak on and on in a few sessions, with servers that answer at once. */
export const measureMemory = async (): Promise<Row[]> => {
  const stage = await startStage(0)
  try {
    const bots = await Promise.all(Array.from({ length: botCount }, stage.newBot))
    const sessions = await stage.newSessions(bots, sessionCount)
    const arrivals = watchArrivals(bots)
    const looks: { said: number; size: number }[] = []
    const atStart = await stage.world.integration.memory()
    for (let said = 0; said < mostMessages;) {
      for (let n = 0; n < roundLength; n++, said++) {
        const session = sessions[said % sessions.length]
        session?.agent.say(session.suncoConversationId, `message ${said}`)
      }
      await arrivals.reach(said)
      await stage.world.sunco.settled()
      stage.forget(bots)
      looks.push({ said, size: await stage.world.integration.memory() })
    }
    arrivals.stop()
    const sizesBefore = (mark: number, length: number): number[] =>
      looks.filter(({ said }) => said > mark - length && said <= mark).map(({ size }) => size)
    const typical = (mark: number): number => median(sizesBefore(mark, windowLength))
    const ratio = typical(mostMessages) / typical(judgedFrom)
    return [
      shown('memory before the first message', megabytes(atStart)),
      shown(
        `memory at ${marks.join(', ')} messages`,
        marks.map((mark) => megabytes(median(sizesBefore(mark, roundLength)))).join(', ')
      ),
      shown('most memory', megabytes(Math.max(...looks.map(({ size }) => size)))),
      ratioAtMost('memory over the last 2,500 of 20,000 messages, times that of 5,000', ratio, mostGrowth),
    ]
  } finally {
    await stage.close()
  }
}
