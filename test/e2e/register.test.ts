import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problems'
import { setUpOf } from './set-up'
import { useFaults, useStage, type Bot } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

/** What must stand after every register, whatever stood there before. */
const expectSetUp = (bot: Bot): void => {
  const { integrations, places, name } = setUpOf(bot)
  expect(integrations).toHaveLength(1)
  expect(integrations[0]?.webhooks).toHaveLength(1)
  expect(integrations[0]?.webhooks[0]).toMatchObject({ target: bot.installation.webhookUrl })
  expect(integrations[0]?.webhooks[0]?.triggers).toContain('conversation:message')
  expect(places).toHaveLength(1)
  expect(places[0]).toMatchObject({ name, integrationId: integrations[0]?.id, deliverStandbyEvents: false })
  const state = bot.installation.states.get(`integration/${bot.installation.integrationId}/installation`)
  expect(state?.state.payload).toMatchObject({
    appId: bot.app.appId,
    integrationId: integrations[0]?.id,
    webhookSecret: integrations[0]?.webhooks[0]?.secret,
    switchboardIntegrationId: places[0]?.id,
  })
}

describe('register', () => {
  it('sets everything up where nothing stands', async () => {
    expectSetUp(await stage.newBot())
  })

  it('sets one up where it runs twice at once', async () => {
    const bot = await stage.newBot({ register: false })
    const answers = await Promise.all([bot.installation.register(), bot.installation.register()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expectSetUp(bot)
  })

  it('keeps an integration that an admin gave another name', async () => {
    const bot = await stage.newBot()
    const [integration] = setUpOf(bot).integrations
    integration!.displayName = 'Our bot (do not delete)'
    expect(await bot.installation.register()).toMatchObject({ status: 200 })
    expect([...bot.app.integrations.values()].map(({ id }) => id)).toEqual([integration!.id])
    botpressFaults.next(/GET .*states/, { kind: 'refuse', status: 409 }, Infinity)
    expect(await bot.installation.register()).toMatchObject({ status: 200 })
    expect([...bot.app.integrations.values()].map(({ id }) => id)).toEqual([integration!.id])
    botpressFaults.clear()
    await bot.installation.unregister()
    expect([...bot.app.integrations.values()]).toEqual([])
    expect(setUpOf(bot).places).toEqual([])
  })

  it('leaves alone what somebody linked to its place in the switchboard', async () => {
    const bot = await stage.newBot()
    const { integrations, places } = setUpOf(bot)
    const [ours] = integrations
    const webhooks = [{ ...ours!.webhooks[0]!, id: 'b'.repeat(24), target: 'https://crm.example.com/hook' }]
    const crm = { ...ours!, id: 'a'.repeat(24), displayName: 'Company CRM', webhooks }
    bot.app.integrations.set(crm.id, structuredClone(crm))
    places[0]!.integrationId = crm.id
    await bot.installation.register()
    expectSetUp(bot)
    expect(setUpOf(bot).integrations[0]?.id).toBe(ours!.id)
    await bot.installation.unregister()
    expect([...bot.app.integrations.values()]).toEqual([crm])
  })

  it('keeps its place in the switchboard, which another one names as its next, where the integration is gone', async () => {
    const bot = await stage.newBot()
    const [place] = setUpOf(bot).places
    const agentWorkspace = [...bot.app.switchboardIntegrations.values()].find(({ id }) => id !== place!.id)
    agentWorkspace!.nextSwitchboardIntegrationId = place!.id
    bot.app.integrations.clear()
    expect(await bot.installation.register()).toMatchObject({ status: 200 })
    expectSetUp(bot)
    expect(setUpOf(bot).places[0]?.id).toBe(place!.id)
  })

  it('keeps its place in the switchboard, with the offers of running sessions, where an admin has renamed it', async () => {
    const handoff = await stage.newHandoff()
    const [place] = setUpOf(handoff).places
    place!.name = 'renamed'
    expect(await handoff.installation.register()).toMatchObject({ status: 200 })
    expectSetUp(handoff)
    expect(setUpOf(handoff).places[0]?.id).toBe(place!.id)
    expect(handoff.app.conversations.get(handoff.conversationId)?.pendingId).toBe(place!.id)
  })

  it('makes nothing new where all is well', async () => {
    const bot = await stage.newBot()
    const [before] = setUpOf(bot).integrations
    stage.calls()
    await bot.installation.register()
    const calls = stage.calls()
    expectSetUp(bot)
    expect(setUpOf(bot).integrations[0]?.id).toBe(before?.id)
    const written = calls.filter(({ method }) => method !== 'GET')
    expect(written.map(({ server, requestBody }) => [server, requestBody])).toEqual([
      ['botpress', { scheduleRegisterCall: 'hourly' }],
    ])
  })

  it.each<[string, (bot: Bot) => void]>([
    [
      'an old URL',
      (bot) => setUpOf(bot).integrations.forEach(({ webhooks }) => (webhooks[0]!.target = 'https://old.example/x')),
    ],
    [
      'old triggers',
      (bot) => setUpOf(bot).integrations.forEach(({ webhooks }) => (webhooks[0]!.triggers = ['conversation:read'])),
    ],
    ['a deleted webhook', (bot) => setUpOf(bot).integrations.forEach((integration) => (integration.webhooks = []))],
    [
      'a deleted switchboard integration',
      (bot) => setUpOf(bot).places.forEach(({ id }) => bot.app.switchboardIntegrations.delete(id)),
    ],
    ['a deleted integration', (bot) => setUpOf(bot).integrations.forEach(({ id }) => bot.app.integrations.delete(id))],
    [
      'standby events switched on',
      (bot) => setUpOf(bot).places.forEach((place) => (place.deliverStandbyEvents = true)),
    ],
    ['a renamed switchboard integration', (bot) => setUpOf(bot).places.forEach((place) => (place.name = 'renamed'))],
    [
      'two more integrations of the same name',
      (bot) => {
        const [first] = setUpOf(bot).integrations
        for (const id of ['a'.repeat(24), 'b'.repeat(24)]) {
          bot.app.integrations.set(id, {
            ...first!,
            id,
            webhooks: first!.webhooks.map((hook) => ({ ...hook, id: `w${id}` })),
          })
        }
      },
    ],
    ['200 other integrations', (bot) => bot.app.addOtherIntegrations(200)],
  ])('mends %s', async (_, harm) => {
    const bot = await stage.newBot()
    harm(bot)
    expect(await bot.installation.register()).toMatchObject({ status: 200 })
    expectSetUp(bot)
  })

  it('finds its own among 200 that came before it', async () => {
    const bot = await stage.newBot({ register: false })
    bot.app.addOtherIntegrations(200)
    await bot.installation.register()
    await bot.installation.register()
    expectSetUp(bot)
  })

  it('moves to another app when the App ID changes', async () => {
    const bot = await stage.newBot()
    const other = stage.world().sunco.createApp()
    bot.installation.configuration = { appId: other.appId, keyId: other.keyId, keySecret: other.keySecret }
    await bot.installation.register()
    expectSetUp({ ...bot, app: other })
    const warning = `The App ID was changed. Where it pointed before, remove "${setUpOf(bot).name}"`
    expect(stage.world().integration.log.join('\n').split(warning)).toHaveLength(2)
    await bot.installation.register()
    expect(stage.world().integration.log.join('\n').split(warning)).toHaveLength(2)
  })

  it('takes values with blanks around them', async () => {
    const bot = await stage.newBot({ register: false })
    const { appId, keyId, keySecret } = bot.app
    bot.installation.configuration = { appId: ` ${appId}\n`, keyId: `${keyId} `, keySecret: `\t${keySecret}` }
    await bot.installation.register()
    expectSetUp(bot)
  })
})

describe('register, when something is wrong', () => {
  const messageOf = async ({ installation }: Bot): Promise<unknown> => {
    const { status, body } = await installation.register()
    expect(status).toBe(400)
    return (body as { message: string }).message
  }

  it.each<[string, (bot: Bot) => Record<string, unknown>, string]>([
    ['no App ID', () => ({ appId: ' ' }), problems.missingValue('App ID')],
    ['no secret', () => ({ keySecret: '' }), problems.missingValue('Key Secret')],
    ['a wrong secret', () => ({ keySecret: 'wrong' }), problems.wrongKey()],
    ['an unknown key', () => ({ keyId: 'app_000' }), problems.wrongKey()],
    ['an integration key', () => ({ keyId: 'int_1' }), problems.notAnAppKey('int_')],
    ['an account key', () => ({ keyId: 'act_1' }), problems.notAnAppKey('act_')],
    ['a bad subdomain', () => ({ subdomain: 'acme.example.com' }), problems.badSubdomain()],
  ])('names %s', async (_, change, message) => {
    const bot = await stage.newBot({ register: false })
    bot.installation.configuration = { ...bot.installation.configuration, ...change(bot) }
    expect(await messageOf(bot)).toBe(message)
    expect(bot.app.integrations.size).toBe(0)
  })

  it('names an App ID that the key does not belong to', async () => {
    const bot = await stage.newBot({ register: false })
    const other = stage.world().sunco.createApp()
    bot.installation.configuration = { ...bot.installation.configuration, appId: other.appId }
    expect([problems.notAllowed(), problems.unknownApp()]).toContain(await messageOf(bot))
  })

  it.each([
    ['no switchboard', { switchboard: false }, problems.noSwitchboard()],
    ['a switched-off switchboard', { switchboardEnabled: false }, problems.switchboardOff()],
    ['no Agent Workspace', { agentWorkspace: false }, problems.noAgentWorkspace()],
  ])('names %s', async (_, options, message) => {
    const bot = await stage.newBot({ ...options, register: false })
    expect(await messageOf(bot)).toBe(message)
  })

  it('names the limit of switchboard integrations and who is stale', async () => {
    const bot = await stage.newBot({ register: false })
    const [switchboard] = bot.app.switchboards.values()
    for (let n = 0; bot.app.switchboardIntegrations.size < 10; n++) {
      bot.app.switchboardIntegrations.set(`place${n}`, {
        id: `place${n}`,
        switchboardId: switchboard!.id,
        name: `botpress-hitl-old${n}`,
        integrationId: `integration${n}`,
        integrationType: 'custom',
        deliverStandbyEvents: false,
      })
    }
    const message = await messageOf(bot)
    expect(message).toMatch(/already has its 10 integrations/)
    expect(message).toContain('botpress-hitl-old0')
    // Without a place of its own, it would be sent the events of the whole account.
    expect(setUpOf(bot).integrations).toEqual([])
  })

  it('leaves nothing of a first set-up that failed halfway, and all of one that was there', async () => {
    const bot = await stage.newBot({ register: false })
    suncoFaults.next(/POST .*switchboardIntegrations$/, { kind: 'refuse', status: 503, retryAfterSeconds: 60 }, 2)
    expect(await messageOf(bot)).toMatch(/^Zendesk could not be asked/)
    expect(setUpOf(bot)).toMatchObject({ integrations: [], places: [] })
    suncoFaults.clear()
    await bot.installation.register()
    expectSetUp(bot)
    const [integration] = setUpOf(bot).integrations
    bot.app.switchboardIntegrations.delete(setUpOf(bot).places[0]!.id)
    suncoFaults.next(/POST .*switchboardIntegrations$/, { kind: 'refuse', status: 503, retryAfterSeconds: 60 }, 2)
    expect(await bot.installation.register()).toMatchObject({ status: 200 })
    expect(setUpOf(bot).integrations.map(({ id }) => id)).toEqual([integration!.id])
  })

  it('takes back an integration of whose making it was not told', async () => {
    const bot = await stage.newBot({ register: false })
    suncoFaults.next(/POST .*\/integrations$/, { kind: 'dropAfter' })
    expect(await messageOf(bot)).toMatch(/^Zendesk could not be asked/)
    expect(setUpOf(bot).integrations).toEqual([])
  })

  it('names the limit of webhooks and who is stale', async () => {
    const bot = await stage.newBot()
    const [first] = setUpOf(bot).integrations
    for (let n = 0; n < 9; n++) {
      bot.app.integrations.set(`stale${n}`, {
        ...first!,
        id: `stale${n}`,
        displayName: `botpress-hitl-stale${n}`,
        webhooks: [{ ...first!.webhooks[0]!, id: `hook${n}` }],
      })
    }
    bot.app.integrations.delete(first!.id)
    bot.app.integrations.set('other', { ...first!, id: 'other', displayName: 'someone else’s' })
    const message = await messageOf(bot)
    expect(message).toMatch(/already has its 10 webhooks/)
    expect(message).toContain('botpress-hitl-stale0')
  })

  it('warns where multi-conversations are off', async () => {
    await stage.newBot({ multiConvoEnabled: false })
    expect(stage.world().integration.log.join('\n')).toContain('A customer can be handed over to Zendesk once')
  })
})
