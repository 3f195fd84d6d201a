import { describe, expect, it } from 'vitest'
import { ada, announcedIn, seen, useTroubledStage } from './stage'

const { faults, stage } = useTroubledStage()

describe('an agent’s message that Botpress never answers for', () => {
  it('lets words pass one message that is never answered, ten minutes after it was said and not before', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    faults.botpress.next(({ body }) => JSON.stringify(body ?? '').includes('poison'), { kind: 'hang' }, Infinity)
    const sayPoison = (age: number) =>
      stage.whileDown(() => {
        agent.say(handoff.conversationId, 'poison').received = new Date(Date.now() - age).toISOString()
      })
    await sayPoison(601_000)
    agent.say(handoff.conversationId, 'One more word')
    await seen('the word', () => handoff.fromAgents().length === 2, 20_000)
    await sayPoison(61_000)
    agent.say(handoff.conversationId, 'Another word')
    await seen('the refusal', () => handoff.app.deliveries.at(-1)?.status === 503, 20_000)
    expect(handoff.fromAgents()).toEqual(['This message cannot be shown here.', 'One more word'])
  }, 60_000)

  it('brings old words as they were said where there was no time left to wait for the answer', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    const texts = ['word 1', 'word 2', 'word 3', 'word 4']
    const isWord = ({ body }: { body?: unknown }) => JSON.stringify(body ?? '').includes('word')
    faults.botpress.next(isWord, { kind: 'delay', ms: 4_000 }, Infinity)
    await stage.whileDown(() => {
      for (const text of texts) {
        agent.say(handoff.conversationId, text).received = new Date(Date.now() - 700_000).toISOString()
      }
    })
    agent.say(handoff.conversationId, 'last')
    await seen('all', () => handoff.fromAgents().length === texts.length + 1, 50_000)
    expect(handoff.fromAgents()).toEqual([...texts, 'last'])
  }, 60_000)

  it('gives way also where it is the agent’s first and was tried before', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    faults.botpress.next(({ body }) => JSON.stringify(body ?? '').includes('poison'), { kind: 'hang' }, Infinity)
    const poison = agent.say(handoff.conversationId, 'poison')
    await seen('the refusal', () => handoff.app.deliveries.at(-1)?.status === 503, 20_000)
    poison.received = new Date(Date.now() - 601_000).toISOString()
    agent.say(handoff.conversationId, 'One more word')
    await seen('the word', () => handoff.fromAgents().length === 2, 40_000)
    expect(handoff.fromAgents()).toEqual(['This message cannot be shown here.', 'One more word'])
    expect(announcedIn(handoff)).toEqual(['Ada'])
  }, 90_000)
})
