import { describe, expect, it } from 'vitest'
import { useFaults, useStage } from './stage'

const { support: supportFaults } = useFaults()
const { world, newBot, newHandoff, calls } = useStage({ support: { fault: supportFaults.fault } })

const me = (): Promise<Response> => fetch(`${world().support.url}/api/v2/users/me`)

describe('the Support account of a bot', () => {
  it('is named by the configuration, and has the tickets of the bot’s app', async () => {
    const bot = await newBot({ support: { role: 'agent' } })
    const { clientId, clientSecret, subdomain, role } = bot.account!
    expect(bot.installation.configuration).toMatchObject({
      supportClientId: clientId,
      supportClientSecret: clientSecret,
      subdomain,
    })
    expect(role).toBe('agent')
    const { ticket } = await newHandoff(bot)
    const { requesterId } = bot.account!.ticket(ticket.id)
    expect(bot.app.users.get(ticket.requesterUserId)?.zendeskId).toBe(String(requesterId))
  })

  it('is not there unless it is asked for', async () => {
    const { account, installation } = await newBot()
    expect(account).toBeUndefined()
    expect(Object.keys(installation.configuration)).toEqual(['appId', 'keyId', 'keySecret'])
  })

  it('is one that the main installation does not know of', () => {
    const { app, account, installation } = world()
    expect(Object.keys(installation.configuration)).toEqual(['appId', 'keyId', 'keySecret'])
    expect(app.support?.userIdOf('someone')).toBe(account.userIdOf('someone'))
  })

  it('has its calls on the wire, with the faults that they met', async () => {
    calls()
    supportFaults.next(/GET \/api\/v2\/users\/me/, { kind: 'refuse', status: 503 })
    expect([(await me()).status, (await me()).status]).toEqual([503, 200])
    expect(calls('support').map(({ path, fault }) => [path, fault])).toEqual([
      ['/api/v2/users/me', 'refuse'],
      ['/api/v2/users/me', undefined],
    ])
  })
})
