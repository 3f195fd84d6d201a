import { callRows, countsOf, repeat } from './calls'
import { atMost, exactly, type Row } from './rows'
import { countStart } from './start-counts'
import type { Bot, Stage } from './stage'

const repeats = 3
/** Sessions that `register` looks at. */
const sessionCount = 4

const createUser = async ({ installation }: Bot, email: string, pictureUrl?: string): Promise<string> =>
  String((await installation.callAction('createUser', { name: 'Jane Doe', email, pictureUrl })).userId)

const register = async ({ installation }: Bot): Promise<void> => {
  const { status } = await installation.register()
  if (status !== 200) throw new Error(`register answered ${status}`)
}

/** `register` leaves sessions alone that are still beginning. */
const makeOlder = ({ installation }: Bot): void => {
  const createdAt = new Date(Date.now() - 60_000).toISOString()
  for (const [id, found] of installation.conversations) installation.conversations.set(id, { ...found, createdAt })
}

const countRegister = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot()
  await stage.warmUp(bot)
  await stage.newSessions([bot], sessionCount)
  const young = await repeat(stage, repeats, () => register(bot))
  makeOlder(bot)
  const grown = await repeat(stage, repeats, () => register(bot))
  const usual = Math.min(...countsOf(young))
  const writes = [...young, ...grown].map((calls) =>
    calls
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)
      .join(', ')
  )
  return [
    ...callRows('register when all is well', young, { calls: 8, roundTrips: 6 }),
    atMost(
      'further calls of register per live session looked at',
      countsOf(grown).map((count) => (count - usual) / sessionCount),
      3
    ),
    exactly('what register writes then', writes, 'POST integrations/configure'),
  ]
}

/** Calls per action and for `register`. */
export const countActions = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot()
  await stage.warmUp(bot)
  const userId = await createUser(bot, 'jane@example.com')
  const startRows = await countStart(stage, bot, userId)
  const users = await repeat(stage, repeats, () => createUser(bot, 'jane@example.com'))
  await createUser(bot, 'joan@example.com', 'https://example.com/joan.png')
  const pictured = await repeat(stage, repeats, () => createUser(bot, 'joan@example.com'))
  return [
    ...startRows,
    atMost('calls, createUser, known and unchanged', countsOf(users), 2),
    atMost('calls, createUser, known, the picture left out', countsOf(pictured), 2),
    ...(await countRegister(stage)),
  ]
}
