import { describe, expect, it } from 'vitest'
import type { SuncoApp } from '../../sandbox/sunco'
import { ada, post, seen, sleep, useFaults, useStage, type Bot, type Handoff, type Stage } from './stage'

/** Calls that the integration began after a moment. */
const callsSince = (stage: Stage, moment: number) =>
  stage.world().wire.filter(({ path, at }) => /\/v[12]\//.test(path) && at > moment)

type Answer = { status: number; body?: unknown }

/** In one session both sides talk, one is stopped by the bot, and one is ended by the agent. */
const handlersOf = ([talking, stopped, ended]: [Handoff, Handoff, Handoff], leaving: Bot) => {
  const { app, installation } = talking
  const { userId } = talking.customer.session()!
  /** The answer to an event that holds a text. */
  const answerTo = (type: string, text: string): Promise<Answer> => {
    const isIt = (event: SuncoApp['events'][number]): boolean =>
      event.type === type && JSON.stringify(event.payload).includes(text)
    return seen('an answer', () => app.deliveries.find(({ events }) => events.some(isIt)), 20_000)
  }
  const action = (type: string, input: Record<string, unknown>) => () => installation.tryAction(type, input)
  return {
    createUser: action('createUser', { name: 'J', email: 'j@example.com' }),
    startHitl: action('startHitl', { userId, messageHistory: [] }),
    stopHitl: action('stopHitl', { conversationId: stopped.downstreamId }),
    getTicket: action('getTicket', { conversationId: talking.downstreamId }),
    message: () =>
      installation.sendMessage({
        conversationId: talking.downstreamId,
        type: 'text',
        payload: { text: 'from the customer', userId },
      }),
    register: () => installation.register(),
    unregister: () => leaving.installation.unregister(),
    'webhook with a message': () => {
      app.agent(ada).say(talking.conversationId, 'from the agent')
      return answerTo('conversation:message', 'from the agent')
    },
    'webhook with an end': () => {
      app.agent(ada).endSession(ended.conversationId)
      return answerTo('switchboard:releaseControl', ended.conversationId)
    },
  } satisfies Record<string, () => Promise<Answer>>
}

/** Lets one of the servers hang in everything, and every handler run into it at the same time. */
export const testHanging = (server: 'botpress' | 'sunco', match: RegExp): void => {
  const faults = useFaults()
  const stage = useStage({
    sunco: { fault: faults.sunco.fault, delivery: { firstDelayMs: 60_000 } },
    botpress: { fault: faults.botpress.fault },
    functions: { size: 12, most: 12 },
  })

  describe(`where ${server} hangs, every handler`, () => {
    it('answers in time, and nothing goes on afterwards', async () => {
      const handoff = await stage.newGrownHandoff(await stage.newBot({ support: true }))
      const stopped = await stage.newGrownHandoff(handoff)
      const ended = await stage.newGrownHandoff(handoff)
      const handlers = handlersOf([handoff, stopped, ended], await stage.newBot())
      await stage.world().sunco.settled()
      faults[server].next(match, { kind: 'hang' }, Infinity)
      const answers = await Promise.all(
        Object.entries(handlers).map(async ([name, handle]) => {
          const began = Date.now()
          const { status, body } = await handle()
          return { name, status, said: JSON.stringify(body) ?? '', ms: Date.now() - began }
        })
      )
      const answeredAt = Date.now()
      const isWebhook = ({ name }: { name: string }): boolean => name.startsWith('webhook')
      expect(answers.filter((answer) => answer.ms > (isWebhook(answer) ? 15_000 : 50_000))).toEqual([])
      // Word and end have to come again.
      expect(answers.filter(isWebhook).map(({ status }) => status)).toEqual([503, 503])
      // No function died over it, and whoever fails says why.
      const others = answers.filter((answer) => !isWebhook(answer) && answer.status !== 200)
      expect(others.filter(({ status, said }) => status !== 400 || !said.includes('did not answer'))).toEqual([])
      faults[server].clear()
      // Each function is thawed by another request: what it had left would go on now.
      for (let n = 0; n < 12; n++) await post(handoff, '{"events":[]}')
      await sleep(300)
      const later = callsSince(stage, answeredAt).filter(({ path }) => !path.includes('/states/integration/'))
      expect(later.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    }, 90_000)
  })
}
