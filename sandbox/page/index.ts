import { randomUUID } from 'node:crypto'
import { startLoopback } from '../loopback'
import type { HitlPlugin } from '../botpress/hitl-plugin'
import { startWorld, type World } from '../world'
import { createAgentDesk, type AgentDesk } from './agent-desk'
import { loadAssets } from './assets'
import { createAutomation } from './automation'
import { askAvailability } from './availability'
import { createCommands } from './commands'
import { createCustomers } from './customers'
import { createFeed } from './feed'
import { createFunctionBoard } from './function-board'
import { createMask } from './mask'
import { pageRoutes } from './server'
import { createSettings, type Settings } from './settings'
import { createStaff, type Staff } from './staff'
import { tracesOf } from './traces'
import { createTroubleMaker } from './troubles'
import { createUploads } from './uploads'
import type { View } from './view'
import { createWireLog } from './wire-log'

export type SandboxOptions = {
  /** 0 or left out: a free one. */
  port?: number
}

/** A world with a page to play in it. */
export type SandboxPage = { url: string; world: World; close: () => Promise<void> }

/** Sunco spreads 5 attempts over 15 minutes; here they are spread over 15 seconds. */
const FIRST_REDELIVERY_MS = 1000

/** All that must never be seen on the page, read anew because secrets may be rotated. */
const secretsOf = ({ app, account, botpress }: World): string[] => [
  botpress.token,
  app.keySecret,
  account.clientSecret,
  ...account.tokens.map(({ accessToken }) => accessToken),
  ...[...app.integrations.values()].flatMap(({ webhooks }) => webhooks.map(({ secret }) => secret)),
]

/**
 * Starts Sunco, Zendesk Support, Botpress Cloud, the integration and the page, installs the integration and lets a
 * first customer in.
 */
export const startSandbox = async ({ port }: SandboxOptions = {}): Promise<SandboxPage> => {
  let running: { world: World; desk: AgentDesk; settings: Settings; staff: Staff } | undefined = undefined
  const started = (): NonNullable<typeof running> => {
    if (!running) throw new Error('The sandbox is still starting')
    return running
  }
  const plugin = (): HitlPlugin => started().world.plugin

  const mask = createMask(() => (running ? secretsOf(running.world) : []))
  const wire = createWireLog(mask, (item) => {
    feed.tell({ event: 'wire', data: item })
    changed()
  })
  const troubles = createTroubleMaker(() => changed())
  const customers = createCustomers({
    plugin,
    tracesOf: (email) => tracesOf(started().world, email),
    availability: async () => {
      const { world, settings } = started()
      return settings.view().support ? askAvailability(world.installation) : undefined
    },
    onChange: () => changed(),
  })
  const board = createFunctionBoard()
  const run = randomUUID()
  const view = (): View => {
    const { desk, settings, staff } = started()
    return {
      run,
      ...{ agents: staff.views(), customers: customers.views(), tickets: desk.views() },
      ...{ troubles: troubles.view(), functions: board.views() },
      ...{ settings: settings.view(), openingHours: staff.hours() },
    }
  }
  const feed = createFeed(view, wire.items)
  /** There is nothing to be seen before the start is over. */
  const changed = (): void => {
    if (running) feed.changed()
  }

  const assets = await loadAssets()
  const world = await startWorld({
    sunco: {
      ...wire.watch('sunco'),
      fault: troubles.suncoFault,
      deliveryFault: troubles.deliveryFault,
      delivery: { firstDelayMs: FIRST_REDELIVERY_MS },
    },
    botpress: { ...wire.watch('botpress'), fault: troubles.botpressFault, operations: wire.watch('integration') },
    functions: {
      onChange: (change) => {
        wire.onFunction(change)
        board.onChange(change)
        changed()
      },
    },
    // The list of agents, which holds none that are offline, can be told from that of an account that lists nobody.
    account: { routing: true },
    support: { ...wire.watch('support'), fault: troubles.supportFault },
    plugin: { onUpstream: (id, message) => customers.onUpstream(id, message) },
  })
  const uploads = createUploads(() => page.url)
  const settings = createSettings(world)
  const staff = createStaff(world)
  const automation = createAutomation(world.installation, () => settings.view().forwardAutomated)
  const desk = createAgentDesk(world, automation)
  running = { world, desk, settings, staff }

  const close = async (): Promise<void> => {
    feed.close()
    await troubles.settled()
    await world.close()
  }
  const commands = createCommands({ world, customers, desk, troubles, settings, staff, uploads })
  const file = (owner: 'attachments' | 'uploads', id: string) =>
    owner === 'uploads' ? uploads.get(id) : desk.attachment(id)

  const page = await startLoopback(pageRoutes({ assets, feed, commands, file, keep: uploads.keep }), {
    port,
    errorBody: (status) => ({ error: `Refused with ${status}` }),
  }).catch(async (error: unknown) => {
    await close()
    throw error
  })
  try {
    await settings.set({ support: true, noteOnEnd: true })
    customers.add()
  } catch (error) {
    await Promise.all([page.close(), close()])
    throw error
  }
  return {
    url: page.url,
    world,
    close: async () => {
      await page.close()
      await close()
    },
  }
}
