import { atMost, exactly, shown, type Row } from './rows'
import { criticalPathOf } from './round-trips'
import { countCalls, type Bot, type Stage } from './stage'

const repeats = 3
/** Messages that a long history may add: four more texts, and one with the whole of it as a file. */
const mostFurther = 5

type Turn = { source: { type: 'bot' } | { type: 'user'; userId: string }; type: 'text'; payload: { text: string } }

const history = (turns: number, { speakers = 1, length = 30 } = {}): Turn[] =>
  Array.from({ length: turns }, (_, n) => ({
    source: n % 2 ? { type: 'bot' } : { type: 'user', userId: `speaker-${(n / 2) % speakers}` },
    type: 'text',
    payload: { text: `turn ${n} `.padEnd(length, 'and so on ') },
  }))

const createUser = async ({ installation }: Bot, email: string, pictureUrl?: string): Promise<string> =>
  String((await installation.callAction('createUser', { name: 'Jane Doe', email, pictureUrl })).userId)

const postsOf = (calls: { method: string; path: string }[]): number =>
  calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages')).length

const countStart = async (stage: Stage, bot: Bot): Promise<Row[]> => {
  const userId = await createUser(bot, 'jane@example.com')
  const start = async (messageHistory: Turn[], hitlSession = {}) => {
    const began = performance.now()
    let took = 0
    const calls = await stage.callsOf(async () => {
      await bot.installation.callAction('startHitl', { userId, title: 'Order 1234', messageHistory, hitlSession })
      took = performance.now() - began
    })
    return { calls: calls.length, posts: postsOf(calls), path: criticalPathOf(calls), took }
  }
  // The first one of an installation learns what the later ones know.
  const first = await start(history(20))
  const short = [await start(history(20)), await start(history(20)), await start(history(20))]
  const [plain] = short
  if (!plain) throw new Error('nothing was measured')
  const named = { requesterExternalId: 'crm-1' }
  const people = [await start(history(20), named), await start(history(20), named)]
  const speakers = await start(history(20, { speakers: 10 }))
  const turns = await start(history(80))
  const long = await start(history(100, { length: 1_000 }))
  const longer = await start(history(300, { length: 4_000 }))

  return [
    atMost('calls, startHitl, first of an installation', [first.calls], 8),
    // Fewer would mean that a step is missing: five of the handoff, the customer, and Botpress' conversation.
    exactly(
      'calls, startHitl',
      short.map(({ calls }) => `${calls}`),
      '7'
    ),
    atMost(
      'round trips, startHitl',
      short.map(({ path }) => path),
      6
    ),
    atMost(
      'calls, startHitl for a person whom Zendesk does not know yet, and for one it knows',
      people.map(({ calls }) => calls),
      8
    ),
    atMost(
      'round trips, startHitl for these',
      people.map(({ path }) => path),
      6
    ),
    shown('time of startHitl', `${short.map(({ took }) => took.toFixed(0)).join(', ')} ms`),
    exactly('calls that nine more speakers add', [`${speakers.calls - plain.calls}`], '0'),
    exactly('calls that 60 more turns add', [`${turns.calls - plain.calls}`], '0'),
    // Whatever a long history adds is posts, and the upload of the file that one of them carries.
    exactly(
      'calls other than posts that a long history adds (its upload)',
      [long, longer].map(({ calls, posts }) => `${calls - posts - (plain.calls - plain.posts)}`),
      '1'
    ),
    atMost(
      'further posts of 100 and 300 long turns',
      [long.posts - plain.posts, longer.posts - plain.posts],
      mostFurther
    ),
  ]
}

/** Calls per action and for `register`, on a warm process. */
export const countActions = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot()
  const startRows = await countStart(stage, bot)
  const users = await countCalls(stage, repeats, () => createUser(bot, 'jane@example.com'))
  await createUser(bot, 'joan@example.com', 'https://example.com/joan.png')
  const pictured = await countCalls(stage, repeats, () => createUser(bot, 'joan@example.com'))
  const registrations = await countCalls(stage, repeats, async () => {
    const { status } = await bot.installation.register()
    if (status !== 200) throw new Error(`register answered ${status}`)
  })
  return [
    ...startRows,
    atMost('calls, createUser, known and unchanged', users, 2),
    atMost('calls, createUser, known, the picture left out', pictured, 2),
    atMost('calls, register when all is well', registrations, 6),
  ]
}
