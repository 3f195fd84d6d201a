import { describe, expect, it } from 'vitest'
import type { SupportAccount } from '../../sandbox/support'
import { useConnectedStage } from './connected'
import type { Bot } from './stage'

const { stage, faults, newConnected } = useConnectedStage()
const { calls, world } = stage

describe('register, with a connection to Zendesk Support', () => {
  const said = (bot: Bot): Promise<string[]> => {
    const { log } = world().integration
    const before = log.length
    return bot.installation.register().then(({ status }) => {
      expect(status).toBe(200)
      return log.slice(before).filter((line) => /Support|Availability|Tickets|Agents/.test(line))
    })
  }

  it('says nothing where the connection works, and writes nothing the second time', async () => {
    const bot = await newConnected()
    expect(await said(bot)).toEqual([])
    calls()
    expect(await said(bot)).toEqual([])
    expect(calls('support').map(({ status }) => status)).not.toContain(403)
    expect(calls('botpress').filter(({ method, path }) => method !== 'GET' && /states/.test(path))).toEqual([])
  })

  it.each<[string, (account: SupportAccount, bot: Bot) => void, RegExp]>([
    ['a wrong secret', (account) => void (account.clientSecret = 'another'), /not connected.*OAuth client.*401/],
    ['a client that is not confidential', (account) => void (account.kind = 'public'), /not connected.*confidential/],
    ['a client of somebody who is no admin', (account) => void (account.role = 'agent'), /belongs to no admin/],
    [
      'a client that may do less',
      (account) => void (account.allowedScopes = ['tickets:read']),
      /not connected.*scopes "read" and "tickets:write"/,
    ],
    [
      'no subdomain',
      (_, bot) => {
        delete bot.installation.configuration.subdomain
        bot.app.subdomain = undefined
      },
      /enter Zendesk Subdomain/,
    ],
    [
      'half of the client',
      (_, { installation }) => void delete installation.configuration.supportClientSecret,
      /takes both/,
    ],
    [
      'a plan without hours',
      () => faults.support.next(/schedules/, { kind: 'refuse', status: 404 }),
      /knows no business hours/,
    ],
  ])('says in the log what %s will cost, and works', async (_, prepare, expected) => {
    const bot = await newConnected()
    prepare(bot.account, bot)
    await world().integration.restart()
    const lines = await said(bot)
    expect(
      lines.some((line) => expected.test(line)),
      lines.join('\n')
    ).toBe(true)
    for (const line of lines) expect(line).not.toContain(bot.account.clientSecret)
  })
})
