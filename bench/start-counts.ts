import type { Wire } from '../sandbox/world'
import { atMost, exactly, milliseconds, shown, type Row } from './rows'
import { leastRoundTrips } from './round-trips'
import { countsOf } from './calls'
import type { Bot, Stage } from './stage'

/** Messages that a long history may add: four more texts, and one with the whole of it as a file. */
const mostFurther = 5

type Turn = { source: { type: 'bot' } | { type: 'user'; userId: string }; type: 'text'; payload: { text: string } }

const history = (turns: number, { speakers = 1, length = 30 } = {}): Turn[] =>
  Array.from({ length: turns }, (_, n) => ({
    source: n % 2 ? { type: 'bot' } : { type: 'user', userId: `speaker-${(n / 2) % speakers}` },
    type: 'text',
    payload: { text: `turn ${n} `.padEnd(length, 'and so on ') },
  }))

const isPost = ({ method, path }: Wire): boolean => method === 'POST' && path.endsWith('/messages')

/** Calls for `startHitl`, in functions that know the installation and nothing else. */
export const countStart = async (stage: Stage, { installation }: Bot, userId: string): Promise<Row[]> => {
  const times: number[] = []
  const start = (messageHistory: Turn[], hitlSession = {}): Promise<Wire[]> =>
    stage.callsOf(async () => {
      const began = performance.now()
      await installation.callAction('startHitl', { userId, title: 'Order 1234', messageHistory, hitlSession })
      times.push(performance.now() - began)
    })
  const withHistory = async (messageHistory: Turn[]): Promise<{ posts: number; others: number }> => {
    const calls = await start(messageHistory)
    const posts = calls.filter(isPost).length
    return { posts, others: calls.length - posts }
  }

  const short = [await start(history(20)), await start(history(20)), await start(history(20))]
  const time = milliseconds(times)
  const named = { requesterExternalId: 'crm-1' }
  const people = [await start(history(20), named), await start(history(20), named)]
  const plain = await withHistory(history(20))
  const speakers = await withHistory(history(20, { speakers: 10 }))
  const turns = await withHistory(history(80))
  const long = [await withHistory(history(100, { length: 1_000 })), await withHistory(history(300, { length: 4_000 }))]
  const further = ({ posts, others }: typeof plain): number => posts + others - plain.posts - plain.others

  return [
    atMost('calls, startHitl', countsOf(short), 8),
    atMost('round trips, startHitl', [leastRoundTrips(short)], 6),
    atMost(
      'calls, startHitl for a person whom Zendesk does not know yet, and for one it knows',
      people.map(({ length }) => length),
      9
    ),
    atMost('round trips, startHitl for these', [leastRoundTrips(people)], 7),
    shown('time of startHitl', time),
    exactly('calls that nine more speakers add', [`${further(speakers)}`], '0'),
    exactly('calls that 60 more turns add', [`${further(turns)}`], '0'),
    // Whatever a long history adds is posts, and the upload of the file that one of them carries.
    exactly(
      'calls other than posts that a long history adds (its upload)',
      long.map(({ others }) => `${others - plain.others}`),
      '1'
    ),
    atMost(
      'further posts of 100 and 300 long turns',
      long.map(({ posts }) => posts - plain.posts),
      mostFurther
    ),
  ]
}
