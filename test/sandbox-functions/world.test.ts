import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startWorld, type World, type WorldFunctions } from '../../sandbox/world'
import { atEnd, have, inTurn, RESTS_MS, TINY_BUNDLE, useClosers } from './running'

useClosers()

const runWorld = async (functions?: WorldFunctions): Promise<World> => {
  const world = await startWorld({ bundle: TINY_BUNDLE, functions })
  atEnd(world.close)
  return world
}

it('runs the integration in four functions, and says which of them made each request', async () => {
  const world = await runWorld()
  expect(world.integration.functions().map(({ id, state }) => `${id} ${state}`)).toEqual(
    ['f1', 'f2', 'f3', 'f4'].map((id) => `${id} frozen`)
  )
  await have(world.integration, { get: `${world.sunco.url}/v2` })
  await have(world.integration, { get: `${world.botpress.url}/v1` })
  await have(world.integration, { get: `${world.support.url}/api/v2/users/me` })
  expect(world.wire.map((wire) => [wire.server, wire.function])).toEqual([
    ['sunco', 'f1'],
    ['botpress', 'f2'],
    ['support', 'f3'],
  ])
})

it.each([
  ['does', undefined, false],
  ['does not, if so told,', false, true],
])('%s close idle connections on all servers', async (_, closesIdle, reused) => {
  const { integration, sunco, botpress, support } = await runWorld({ size: 1, most: 1, closesIdle })
  for (const url of [`${sunco.url}/v2`, `${botpress.url}/v1`, `${support.url}/api/v2/users/me`]) {
    const [, second] = await inTurn(2, async () => {
      await sleep(RESTS_MS)
      return have(integration, { get: url })
    })
    expect(second?.report?.got?.reused).toBe(reused)
  }
})

it('serves several bots with the same functions', async () => {
  const world = await runWorld({ shared: true })
  const other = world.installAgain({})
  expect([await world.installation.ping(), await other.ping()].map(({ status }) => status)).toEqual([200, 200])
  expect((await have(world.integration)).report?.served).toBe(3)
})

it('tells the functions where the servers are', async () => {
  const { integration, sunco, botpress, support } = await runWorld({ size: 1 })
  for (const sayEnv of ['SUNCO_API_URL', 'BP_API_URL', 'ZENDESK_SUPPORT_API_URL']) await have(integration, { sayEnv })
  expect(integration.log).toEqual([sunco.url, botpress.url, support.url])
})
