import { fork } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { startBotpress, type IntegrationRequest, type Installation } from '../sandbox/botpress'
import { createHitlPlugin } from '../sandbox/botpress/hitl-plugin'
import { openChannel } from '../sandbox/functions/channel'
import { startSunco, type SuncoApp } from '../sandbox/sunco'
import { bundlePath } from '../scripts/build'
import { createTokenSource } from '../src/sunco/token'
import { withBundle } from './bundle'
import { mean, quantile, ratioAtMost, shown, type Row } from './rows'

/** Of each bundle: two processes of the same one differ by a tenth and more for as long as they live. */
const processes = 4
const rounds = 8
const roundLength = 60
/** Until then, both get cheaper from round to round: they are still being compiled. */
const ignoredRounds = 40
/** Messages that a session has on both sides: their lists are read at every message. */
const keptMessages = 20
const mostTimesThePlain = 1.25
const settleMs = 2_200

const answerSchema = z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() })
const costSchema = z.object({ user: z.number(), system: z.number() })

type Host = {
  answer: (request: IntegrationRequest) => Promise<{ status: number; headers: Headers; text: string }>
  /** Processor time that the process has used so far, in milliseconds. */
  cost: () => Promise<number>
  end: () => void
}

/** A warm process that runs a bundle and nothing else. */
const startHost = async (bundle: string, env: Record<string, string>): Promise<Host> => {
  const child = fork(path.join(__dirname, 'cpu-host.cjs'), [bundle], {
    // Without what this process was started with: both would pay for it.
    execArgv: [],
    env: { PATH: process.env.PATH, ...env },
  })
  const channel = openChannel(child)
  await channel.ready
  return {
    answer: async ({ headers, body }) => {
      const request = { method: 'POST', path: '/', query: '', headers, body: JSON.stringify(body) }
      const answer = await channel.ask({ request }, answerSchema)
      return { status: answer.status, headers: new Headers(answer.headers), text: answer.body }
    },
    cost: async () => {
      const { user, system } = await channel.ask({}, costSchema)
      return (user + system) / 1000
    },
    end: () => void child.kill(),
  }
}

/** Leaves the newest messages, so that the lists are as long for every message that is measured. */
const trim = (app: SuncoApp, { messages }: Installation): void => {
  for (const { id } of [...messages.values()].slice(0, -keptMessages)) messages.delete(id)
  for (const conversation of app.conversations.values())
    conversation.messages.splice(0, conversation.messages.length - keptMessages)
  for (const ticket of app.tickets) ticket.messages.splice(0, ticket.messages.length - keptMessages)
  app.events.splice(0)
  app.deliveries.splice(0)
}

/**
 * Processor time per message of an agent's, against an integration that only reads the body and makes the same calls.
 */
export const measureCpu = async (): Promise<Row[]> =>
  withBundle('plain-integration.ts', async (plainBundle) => {
    const sunco = await startSunco()
    const botpress = await startBotpress()
    const app = sunco.createApp()
    const { appId, keyId, keySecret } = app
    const env = {
      BP_API_URL: botpress.url,
      BP_TOKEN: botpress.token,
      SUNCO_API_URL: sunco.url,
      SUNCO_TOKEN: createTokenSource({ keyId, keySecret })(),
    }
    const startHosts = (bundle: string): Promise<Host[]> =>
      Promise.all(Array.from({ length: processes }, () => startHost(bundle, env)))
    const [own, plain] = [await startHosts(bundlePath), await startHosts(plainBundle)]
    try {
      let atWork = own[0]!
      const installation = botpress.install({
        configuration: { appId, keyId, keySecret },
        integration: (request) => atWork.answer(request),
      })
      await installation.register()
      const customer = createHitlPlugin(installation).customer({ id: '1', name: 'Jane', email: 'jane@example.com' })
      await customer.escalate()
      const suncoConversationId = app.tickets[0]?.conversationId ?? ''
      const agent = app.agent({ id: '9001', name: 'Ada' })
      await sleep(settleMs)

      const speak = async (host: Host): Promise<number> => {
        atWork = host
        trim(app, installation)
        const [before, { size }] = [await host.cost(), installation.messages]
        for (let n = 0; n < roundLength; n++) {
          agent.say(suncoConversationId, `message ${n}`)
          await sunco.settled()
        }
        if (installation.messages.size !== size + roundLength) throw new Error('an agent’s message did not arrive')
        return ((await host.cost()) - before) / roundLength
      }
      // The one that the later ones follow: it announces the agent.
      for (let n = 0; n < keptMessages; n++) {
        agent.say(suncoConversationId, `greeting ${n}`)
        await sunco.settled()
      }
      const costs = new Map([...plain, ...own].map((host) => [host, [] as number[]]))
      for (let round = 0; round < rounds + ignoredRounds; round++) {
        for (const [host, ofHost] of costs) {
          const cost = await speak(host)
          if (round >= ignoredRounds) ofHost.push(cost)
        }
      }
      // What else the machine does only ever adds to what a round costs.
      const costOf = (hosts: Host[]): number => mean(hosts.map((host) => quantile(costs.get(host) ?? [], 0.25)))
      const [costOfOwn, costOfPlain] = [costOf(own), costOf(plain)]
      return [
        ratioAtMost(
          'processor time per agent’s message, times that of the plain calls',
          costOfOwn / costOfPlain,
          mostTimesThePlain
        ),
        shown(
          'processor time per agent’s message: integration, plain calls',
          `${costOfOwn.toFixed(2)} ms, ${costOfPlain.toFixed(2)} ms`
        ),
      ]
    } finally {
      for (const host of [...own, ...plain]) host.end()
      await Promise.all([sunco.close(), botpress.close()])
    }
  })
