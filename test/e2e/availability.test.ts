import { describe, expect, it } from 'vitest'
import type { Fault } from '../../sandbox/loopback'
import type { AccountOptions, SupportAccount } from '../../sandbox/support'
import { isCold, useFaults, useStage, type Bot } from './stage'

const { support: supportFaults } = useFaults()
// One process, so that what it remembers is met again. A single function would not do: while it is set up, Sunco calls
// its webhook, and it would wait for itself.
const { newBot, calls, world } = useStage({ support: { fault: supportFaults.fault }, functions: { shared: true } })
/** For what is not asked again: a process that is new each time has nothing at hand. */
const itRemembers = it.skipIf(isCold)

type Agent = Parameters<SupportAccount['setAgent']>[0]
type Answer = Record<string, unknown>
const check = (bot: Bot, input: Record<string, string> = {}): Promise<Answer> =>
  bot.installation.callAction('checkAvailability', input)

/** Every minute of the week, so that a test may run at any time. */
const always = Array.from({ length: 7 }, (_, day) => ({ start: day * 1440, end: (day + 1) * 1440 }))
const schedule = (id: number, intervals = always, timeZone = 'Berlin') => ({
  ...{ id, name: 'Desk', timeZone, intervals, holidays: [] as SupportAccount['schedules'][number]['holidays'] },
})
const online: Pick<Agent, 'groupIds' | 'messaging'> = { groupIds: [501], messaging: 'online' }

/** A bot whose account has one agent online and one schedule that is always on. */
const newOpenBot = async (
  options: Omit<AccountOptions, 'agents'> = {},
  prepare: (account: SupportAccount) => void = () => undefined
): Promise<Bot & { account: SupportAccount }> => {
  const bot = await newBot({ support: { routing: true, ...options } })
  const account = bot.account!
  account.setAgent({ id: 11, ...online, maxCapacity: 5, workItems: 2 })
  account.schedules.push(schedule(42))
  prepare(account)
  calls()
  return { ...bot, account }
}

/** The next question is asked by a process that has no token either. */
const forget = (): Promise<void> => world().integration.restart()

const available = { status: 'available', reason: 'agentsOnline' }
const nobody = { status: 'unavailable', reason: 'noAgentOnline' }
const unknown = (reason: string) => ({ status: 'unknown', reason })

describe('availability', () => {
  itRemembers('is known of agents and hours, with the moment at which they end', async () => {
    const bot = await newOpenBot({}, ({ schedules }) => {
      schedules[0]!.holidays.push({ id: 1, name: 'Feast', startDate: '2199-01-01', endDate: '2199-01-02' })
    })
    await forget()
    expect(await check(bot)).toEqual({ ...available, openNow: true, onlineAgents: 1, freeSlots: 3 })
    // The token; agents beside schedules; holidays.
    expect(
      calls('support')
        .map(({ path }) => path)
        .sort()
    ).toEqual([
      '/api/v2/agent_availabilities',
      '/api/v2/business_hours/schedules',
      '/api/v2/business_hours/schedules/42/holidays',
      '/oauth/tokens',
    ])
    expect(await check(bot)).toMatchObject(available)
    expect(await check(bot, { groupId: '501' })).toMatchObject(available)
    expect(await check(bot, { groupId: '502' })).toMatchObject(nobody)
    expect(calls('support')).toEqual([])
  })

  it.each<[string, (account: SupportAccount) => void, Record<string, string>, Answer]>([
    ['nobody is online', (account) => account.removeAgent(11), {}, { ...nobody, onlineAgents: 0, openNow: true }],
    [
      'an agent is online for e-mail alone',
      (account) => account.setAgent({ id: 11, groupIds: [501], messaging: 'away', support: 'online', maxCapacity: 5 }),
      {},
      nobody,
    ],
    [
      'an agent takes transfers only',
      (account) => account.setAgent({ id: 11, groupIds: [501], messaging: 'transfers_only' }),
      {},
      nobody,
    ],
    ['a group is named by its name', () => undefined, { groupId: 'Sales' }, unknown('agentsUnclear')],
    ['another group is asked for', () => undefined, { groupId: ' 502 ' }, { ...nobody, onlineAgents: 0 }],
    [
      'all agents are busy: a queue is no closed door',
      (account) => account.setAgent({ id: 11, ...online, maxCapacity: 2, workItems: 3 }),
      {},
      { ...available, onlineAgents: 1, freeSlots: 0 },
    ],
    [
      'the account tells no capacity',
      (account) => account.setAgent({ id: 11, ...online }),
      {},
      { ...available, openNow: true, onlineAgents: 1 },
    ],
    [
      'the hours are off',
      ({ schedules }) => void (schedules[0] = schedule(42, [])),
      {},
      { status: 'unavailable', reason: 'outsideHours', openNow: false, onlineAgents: 1 },
    ],
    [
      'a holiday is on that has begun long ago',
      ({ schedules }) =>
        void schedules[0]!.holidays.push({ id: 1, name: 'Works', startDate: '2020-01-01', endDate: '2199-01-02' }),
      {},
      { status: 'unavailable', reason: 'outsideHours', openNow: false },
    ],
    [
      'hours are off that do not matter',
      ({ schedules }) => void (schedules[0] = schedule(42, [])),
      { scheduleId: 'None' },
      { ...available, onlineAgents: 1 },
    ],
    ['there is no schedule', ({ schedules }) => void schedules.splice(0), {}, { ...available, onlineAgents: 1 }],
    ['there are several schedules', ({ schedules }) => void schedules.push(schedule(43)), {}, unknown('hoursUnclear')],
    [
      'one of several schedules is named',
      ({ schedules }) => void schedules.push(schedule(43, [])),
      { scheduleId: '43' },
      { status: 'unavailable', reason: 'outsideHours', openNow: false },
    ],
    ['a schedule is named that there is not', () => undefined, { scheduleId: '7' }, unknown('hoursUnclear')],
    [
      'the time zone is one that nobody knows',
      ({ schedules }) => void (schedules[0] = schedule(42, always, 'Middle Earth')),
      {},
      unknown('hoursUnclear'),
    ],
  ])('where %s', async (_, prepare, input, expected) => {
    expect(await check(await newOpenBot({}, prepare), input)).toMatchObject(expected)
  })

  it('names the next opening on the hour', async () => {
    const tomorrow = (new Date().getUTCDay() + 2) % 7
    const bot = await newOpenBot({}, ({ schedules }) => {
      schedules[0] = schedule(42, [{ start: tomorrow * 1440 + 540, end: tomorrow * 1440 + 600 }], 'UTC')
    })
    const { opensAt } = await check(bot)
    expect(opensAt).toMatch(/T09:00:00\.000Z$/)
    expect(Date.parse(String(opensAt)) - Date.now()).toBeLessThan(3 * 24 * 60 * 60_000)
  })

  it.each<[string, AccountOptions, Answer]>([
    ['answers a token with 201', { turned: ['tokenCreated'] }, available],
    ['does not tell how long a token lives', { turned: ['lifetimeUntold'] }, available],
    ['does not know the filter', { turned: ['filterIgnored'] }, { ...available, onlineAgents: 1 }],
    ['leaves the channels out', { turned: ['channelsLeftOut'] }, unknown('agentsUnclear')],
    ['does not know the subdomain', { turned: ['subdomainUnknown'] }, unknown('notSupported')],
    ['has a client that is not confidential', { kind: 'public' }, unknown('wrongClient')],
    ['has a client of an agent', { role: 'agent' }, unknown('notAllowed')],
    ['has a client that may do less', { allowedScopes: ['tickets:read'] }, unknown('notAllowed')],
  ])('where Zendesk %s', async (_, options, expected) => {
    const bot = await newOpenBot(options, (account) => {
      if (options.turned?.includes('filterIgnored')) account.setAgent({ id: 12, groupIds: [501], messaging: 'away' })
    })
    expect(await check(bot)).toMatchObject(expected)
  })

  it.each<[string, RegExp, Fault, Answer]>([
    ['agents: 403', /agent_availabilities/, { kind: 'refuse', status: 403 }, unknown('notAllowed')],
    ['agents: 404', /agent_availabilities/, { kind: 'refuse', status: 404 }, unknown('notSupported')],
    ['agents: 500', /agent_availabilities/, { kind: 'refuse', status: 500 }, unknown('noAnswer')],
    ['agents: no answer', /agent_availabilities/, { kind: 'hang' }, unknown('noAnswer')],
    ['hours: 403', /schedules/, { kind: 'refuse', status: 403 }, { ...unknown('notAllowed'), onlineAgents: 1 }],
    ['hours: no answer', /schedules/, { kind: 'hang' }, { ...unknown('noAnswer'), onlineAgents: 1 }],
    ['holidays: 500', /holidays/, { kind: 'refuse', status: 500 }, unknown('noAnswer')],
    ['a token: no answer', /tokens/, { kind: 'hang' }, unknown('noAnswer')],
    ['a token: 503', /tokens/, { kind: 'refuse', status: 503 }, unknown('noAnswer')],
  ])('is unknown where Zendesk answers a question for %s, within three seconds', async (_, match, fault, expected) => {
    const bot = await newOpenBot()
    await forget()
    supportFaults.next(match, fault, Infinity)
    const began = Date.now()
    expect(await check(bot)).toMatchObject(expected)
    expect(Date.now() - began).toBeLessThan(4_500)
  })

  it('is certain where one half of the question suffices', async () => {
    const bot = await newOpenBot({}, (account) => account.removeAgent(11))
    supportFaults.next(/schedules/, { kind: 'refuse', status: 403 }, Infinity)
    expect(await check(bot)).toMatchObject(nobody)
    const closed = await newOpenBot({}, ({ schedules }) => void (schedules[0] = schedule(42, [])))
    supportFaults.clear()
    supportFaults.next(/agent_availabilities/, { kind: 'refuse', status: 403 }, Infinity)
    expect(await check(closed)).toMatchObject({ status: 'unavailable', reason: 'outsideHours' })
  })

  itRemembers('reads on until somebody of the group is found, five pages at most', async () => {
    const manyAgents = (account: SupportAccount): void => {
      for (let id = 100; id < 108; id += 1)
        account.setAgent({ id, groupIds: [id], messaging: 'online', maxCapacity: 1 })
    }
    const bot = await newOpenBot({ pageCap: 1 }, manyAgents)
    expect(await check(bot, { scheduleId: 'none' })).toEqual(available)
    expect(calls('support')).toHaveLength(1)
    // What was read is not read again.
    expect(await check(bot, { scheduleId: 'none', groupId: '102' })).toEqual(available)
    expect(calls('support')).toHaveLength(3)
    expect(await check(bot, { scheduleId: 'none', groupId: '107' })).toEqual(unknown('agentsUnclear'))
    expect(calls('support')).toHaveLength(1)
  })

  itRemembers('is asked for again, once, with a new token where Zendesk refuses the one at hand', async () => {
    const bot = await newOpenBot()
    expect(await check(bot, { scheduleId: 'none' })).toMatchObject(available)
    bot.account.expireTokens()
    expect(await check(bot)).toMatchObject(available)
    const again = await newOpenBot()
    supportFaults.next(/agent_availabilities/, { kind: 'refuse', status: 401 }, Infinity)
    expect(await check(again, { scheduleId: 'none' })).toEqual(unknown('wrongClient'))
    expect(calls('support').map(({ path }) => path.split('/').at(-1))).toEqual([
      'agent_availabilities',
      ...['tokens', 'agent_availabilities'],
    ])
  })

  itRemembers('waits a short while where Zendesk asks for it, and leaves it alone for a longer one', async () => {
    const bot = await newOpenBot()
    supportFaults.next(/agent_availabilities/, { kind: 'refuse', status: 429, retryAfterSeconds: 1 })
    const began = Date.now()
    expect(await check(bot, { scheduleId: 'none' })).toMatchObject(available)
    expect(Date.now() - began).toBeGreaterThan(950)
    const later = await newOpenBot()
    supportFaults.next(/agent_availabilities/, { kind: 'refuse', status: 429, retryAfterSeconds: 60 })
    expect(await check(later, { scheduleId: 'none' })).toEqual(unknown('tooManyRequests'))
    calls()
    expect(await check(later)).toMatchObject(unknown('tooManyRequests'))
    expect(calls('support')).toEqual([])
  })

  it('is unknown where an account without omnichannel routing lists nobody', async () => {
    const bot = await newOpenBot({ routing: false }, (account) => account.removeAgent(11))
    expect(await check(bot)).toMatchObject(unknown('agentsUnclear'))
    bot.account.setAgent({ id: 11, ...online })
    await world().integration.restart()
    expect(await check(bot)).toMatchObject(available)
  })

  it('makes no call where the connection is not configured', async () => {
    const bot = await newBot()
    calls()
    expect(await check(bot)).toEqual(unknown('notConfigured'))
    bot.installation.configuration = { ...bot.installation.configuration, supportClientId: 'half' }
    expect(await check(bot)).toEqual(unknown('notConfigured'))
    expect(calls()).toEqual([])
  })

  it('is found by the subdomain that the app names, and unknown without one', async () => {
    const bot = await newOpenBot()
    const { subdomain, ...rest } = bot.installation.configuration
    expect(subdomain).toBeDefined()
    bot.installation.configuration = rest
    expect(await check(bot)).toMatchObject(available)
    bot.app.subdomain = undefined
    bot.installation.states.clear()
    await bot.installation.register()
    expect(await check(bot)).toEqual(unknown('notConfigured'))
  })

  itRemembers('never waits for more than one token, however many ask', async () => {
    const bot = await newOpenBot()
    await forget()
    await Promise.all([1, 2, 3].map(() => check(bot)))
    expect(calls('support').filter(({ path }) => path === '/oauth/tokens')).toHaveLength(1)
  })
})
