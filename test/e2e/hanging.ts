import { describe, expect, it } from 'vitest'
import { ada, post, seen, sleep, useFaults, useStage, type Bot, type Handoff, type Stage } from './stage'

/** Calls that the integration began after a moment. */
const callsSince = (stage: Stage, moment: number) =>
  stage.world().wire.filter(({ path, at }) => /\/v[12]\//.test(path) && at > moment)

type Answer = { status: number; body?: unknown }

/** @param handoffs each ends in another way */
const handlersOf = ([talking, stopped, ended]: [Handoff, Handoff, Handoff], leaving: Bot) => {
  const { app, installation } = talking
  const { userId } = talking.customer.session()!
  /** The first answer to what an agent does in a conversation. */
  const answerTo = async (conversationId: string, act: () => void): Promise<Answer> => {
    const { length } = app.deliveries
    act()
    const isAbout = (event: object): boolean => JSON.stringify(event).includes(conversationId)
    return seen('an answer', () => app.deliveries.slice(length).find(({ events }) => events.some(isAbout)), 20_000)
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
    'webhook with a message': () =>
      answerTo(talking.conversationId, () => app.agent(ada).say(talking.conversationId, 'from the agent')),
    'webhook with an end': () => answerTo(ended.conversationId, () => app.agent(ada).endSession(ended.conversationId)),
  } satisfies Record<string, () => Promise<Answer>>
}

/** Lets one of the servers hang in everything, and every handler run into it at the same time. */
export const testHanging = (server: 'botpress' | 'sunco', match: RegExp): void => {
  const faults = useFaults()
  const stage = useStage({
    sunco: { fault: faults.sunco.fault, delivery: { firstDelayMs: 60_000 } },
    botpress: { fault: faults.botpress.fault },
    functions: { size: 10 },
  })

  describe(`where ${server} hangs, every handler`, () => {
    it('answers in time, and nothing goes on afterwards', async () => {
      const handoff = await stage.newGrownHandoff(await stage.newBot({ support: true }))
      const stopped = await stage.newGrownHandoff(handoff)
      const ended = await stage.newGrownHandoff(handoff)
      const handlers = handlersOf([handoff, stopped, ended], await stage.newBot())
      faults[server].next(match, { kind: 'hang' }, Infinity)
      const answers = await Promise.all(
        Object.entries(handlers).map(async ([name, handle]) => {
          const began = Date.now()
          const { status, body } = await handle()
          return { name, status, said: JSON.stringify(body), ms: Date.now() - began }
        })
      )
      const answeredAt = Date.now()
      // No function died over it, and whoever fails says why.
      expect(answers.filter(({ status }) => ![200, 400, 503].includes(status))).toEqual([])
      expect(answers.filter(({ status, said }) => status === 400 && !said.includes('did not answer'))).toEqual([])
      expect(answers.filter(({ name, ms }) => ms > (name.startsWith('webhook') ? 15_000 : 50_000))).toEqual([])
      faults[server].clear()
      // Each function is thawed by another request: what it had left would go on now.
      for (let n = 0; n < 10; n++) await post(handoff, '{"events":[]}')
      await sleep(300)
      const later = callsSince(stage, answeredAt).filter(({ path }) => !path.includes('/states/integration/'))
      expect(later.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    }, 90_000)
  })
}
