import { randomUUID } from 'node:crypto'
import { startLoopback } from '../loopback'
import type { HitlPlugin } from '../botpress/hitl-plugin'
import { startWorld, type World } from '../world'
import { AGENTS, createAgentDesk, type AgentDesk } from './agent-desk'
import { loadAssets } from './assets'
import { createAutomation, type Automation } from './automation'
import { createCommands } from './commands'
import { createCustomers } from './customers'
import { createFeed } from './feed'
import { createFunctionBoard } from './function-board'
import { createMask } from './mask'
import { pageRoutes } from './server'
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
const secretsOf = ({ app, botpress }: World): string[] => [
  botpress.token,
  app.keySecret,
  ...[...app.integrations.values()].flatMap(({ webhooks }) => webhooks.map(({ secret }) => secret)),
]

const register = async ({ installation }: World): Promise<void> => {
  const { status } = await installation.register()
  if (status !== 200) throw new Error(`the integration answered ${status} when it was installed`)
}

/** Starts Sunco, Botpress Cloud, the integration and the page, installs the integration and lets a first customer in. */
export const startSandbox = async ({ port }: SandboxOptions = {}): Promise<SandboxPage> => {
  const running: { world?: World; desk?: AgentDesk; automation?: Automation } = {}
  const plugin = (): HitlPlugin => {
    if (!running.world) throw new Error('The sandbox is still starting')
    return running.world.plugin
  }

  const mask = createMask(() => (running.world ? secretsOf(running.world) : []))
  const wire = createWireLog(mask, (item) => {
    feed.tell({ event: 'wire', data: item })
    feed.changed()
  })
  const troubles = createTroubleMaker(() => feed.changed())
  const customers = createCustomers({
    plugin,
    tracesOf: (email) => (running.world ? tracesOf(running.world, email) : []),
    onChange: () => feed.changed(),
  })
  const board = createFunctionBoard()
  const run = randomUUID()
  const view = (): View => ({
    run,
    ...{ agents: AGENTS, customers: customers.views(), tickets: running.desk?.views() ?? [] },
    ...{ troubles: troubles.view(), functions: board.views() },
    forwardsAutomated: running.automation?.isForwarded() ?? false,
  })
  const feed = createFeed(view, wire.items)

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
      onChange: (changed) => {
        wire.onFunction(changed)
        board.onChange(changed)
        feed.changed()
      },
    },
    plugin: { onUpstream: (id, message) => customers.onUpstream(id, message) },
  })
  const uploads = createUploads(() => page.url)
  const automation = createAutomation(world.installation)
  const desk = createAgentDesk(world, automation)
  Object.assign(running, { world, desk, automation })

  const close = async (): Promise<void> => {
    feed.close()
    await troubles.settled()
    await world.close()
  }
  const commands = createCommands({ world, customers, desk, troubles, automation, uploads })
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
    await register(world)
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
