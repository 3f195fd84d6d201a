import { describe, expect, it } from 'vitest'
import { setUpOf } from './set-up'
import { useFaults, useStage, type Bot } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

describe('unregister', () => {
  const others = (bot: Bot): string[] =>
    [...bot.app.integrations.values(), ...bot.app.switchboardIntegrations.values()].map(({ id }) => id).sort()

  it('removes its own and nothing else', async () => {
    const bot = await stage.newBot({ register: false })
    bot.app.addOtherIntegrations(3)
    const before = others(bot)
    await bot.installation.register()
    expect(await bot.installation.unregister()).toEqual({ status: 200, body: {} })
    expect(others(bot)).toEqual(before)
  })

  it('succeeds when everything is gone already, twice', async () => {
    const bot = await stage.newBot()
    await bot.installation.unregister()
    expect(await bot.installation.unregister()).toMatchObject({ status: 200 })
  })

  it('removes the rest where a part is gone', async () => {
    const bot = await stage.newBot()
    const { places } = setUpOf(bot)
    places.forEach(({ id }) => bot.app.switchboardIntegrations.delete(id))
    await bot.installation.unregister()
    expect(setUpOf(bot)).toMatchObject({ integrations: [], places: [] })
  })

  it('removes what it can where a list cannot be read', async () => {
    const bot = await stage.newBot()
    suncoFaults.next(/GET .*switchboards$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    await bot.installation.unregister()
    expect(setUpOf(bot)).toMatchObject({ integrations: [], places: [] })
    const other = await stage.newBot()
    suncoFaults.next(/GET .*integrations$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    await other.installation.unregister()
    expect(setUpOf(other)).toMatchObject({ integrations: [], places: [] })
    const third = await stage.newBot()
    suncoFaults.next(/GET .*switchboardIntegrations$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    await third.installation.unregister()
    expect(setUpOf(third)).toMatchObject({ integrations: [], places: [] })
  })

  it('says how to remove a place in the switchboard that Zendesk does not let go', async () => {
    const bot = await stage.newBot()
    const { name, places } = setUpOf(bot)
    for (const switchboard of bot.app.switchboards.values()) switchboard.defaultSwitchboardIntegrationId = places[0]!.id
    expect(await bot.installation.unregister()).toMatchObject({ status: 200 })
    expect(setUpOf(bot)).toMatchObject({ integrations: [], places })
    expect(stage.world().integration.log.join('\n')).toContain(`Remove the switchboard integration "${name}"`)
  })

  it('warns of what may be left only where it found nothing and cannot know what was kept', async () => {
    const forget = async () => {
      const { functions } = stage.world().integration
      await Promise.all(functions().map((one) => one.kill()))
      botpressFaults.next(/GET .*installation$/, { kind: 'refuse', status: 400, code: 'InvalidPayload' })
    }
    const [found, renamed] = [await stage.newBot(), await stage.newBot()]
    const leftover = ({ installation }: Bot) => `Look for "botpress-hitl-${installation.webhookId}"`
    setUpOf(renamed).integrations[0]!.displayName = 'Our bot (do not delete)'
    for (const bot of [found, renamed]) {
      await forget()
      expect(await bot.installation.unregister()).toMatchObject({ status: 200 })
    }
    expect(setUpOf(found)).toMatchObject({ integrations: [], places: [] })
    const log = stage.world().integration.log.join('\n')
    expect(log).not.toContain(leftover(found))
    expect(log).toContain(leftover(renamed))
  })

  it('does not block an uninstall when the key was withdrawn', async () => {
    const bot = await stage.newBot()
    bot.installation.configuration = { ...bot.installation.configuration, keySecret: 'withdrawn' }
    expect(await bot.installation.unregister()).toMatchObject({ status: 200 })
    expect(stage.world().integration.log.join('\n')).toContain(`Look for "${setUpOf(bot).name}"`)
  })
})
