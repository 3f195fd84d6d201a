import { describe, expect, it } from 'vitest'
import { ada, post, seen, sleep, useFaults, useStage, type Handoff, type Stage } from './stage'

/** Calls that the integration began after a moment. */
const callsSince = (stage: Stage, moment: number) =>
  stage.world().wire.filter(({ path, at }) => /\/v[12]\//.test(path) && at > moment)

const handlersOf = (handoff: Handoff, other: Handoff) => {
  const { app, conversationId, installation } = handoff
  const { userId } = handoff.customer.session()!
  return {
    createUser: () => installation.tryAction('createUser', { name: 'J', email: 'j@example.com' }),
    startHitl: () => installation.tryAction('startHitl', { userId, messageHistory: [] }),
    stopHitl: () => installation.tryAction('stopHitl', { conversationId: other.downstreamId }),
    message: () =>
      installation.sendMessage({
        conversationId: handoff.downstreamId,
        type: 'text',
        payload: { text: 'from the customer', userId },
      }),
    register: () => installation.register(),
    webhook: () => {
      app.agent(ada).say(conversationId, 'from the agent')
      return seen(
        'an answer',
        () => app.deliveries.find(({ events }) => JSON.stringify(events).includes('from the agent')),
        20_000
      )
    },
  }
}

/** Lets one of the servers hang in everything, and every handler run into it at the same time. */
export const testHanging = (server: 'botpress' | 'sunco', match: RegExp): void => {
  const faults = useFaults()
  const stage = useStage({
    sunco: { fault: faults.sunco.fault, delivery: { firstDelayMs: 60_000 } },
    botpress: { fault: faults.botpress.fault },
    functions: { size: 8 },
  })

  describe(`where ${server} hangs, every handler`, () => {
    it('answers in time, and nothing goes on afterwards', async () => {
      const handoff = await stage.newGrownHandoff()
      const other = await stage.newGrownHandoff(handoff)
      const handlers = handlersOf(handoff, other)
      faults[server].next(match, { kind: 'hang' }, Infinity)
      const took = await Promise.all(
        Object.entries(handlers).map(async ([name, handle]) => {
          const began = Date.now()
          await handle()
          return { name, ms: Date.now() - began }
        })
      )
      const answeredAt = Date.now()
      expect(took.filter(({ name, ms }) => ms > (name === 'webhook' ? 15_000 : 50_000))).toEqual([])
      faults[server].clear()
      // Each function is thawed by another request: what it had left would go on now.
      for (let n = 0; n < 10; n++) await post(handoff, '{"events":[]}')
      await sleep(300)
      const later = callsSince(stage, answeredAt).filter(({ path }) => !path.includes('/states/integration/'))
      expect(later.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    }, 90_000)
  })
}
