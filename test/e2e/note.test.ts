import { describe, expect, it } from 'vitest'
import { noteMetadata } from '../../src/session/note'
import { ada, contextOf, seen, useFaults, useStage, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault, metadataPatch: 'replace' },
  botpress: { fault: botpressFaults.fault },
})

const metadataOf = ({ app, conversationId }: Handoff) => app.conversations.get(conversationId)!.metadata
const says = async (handoff: Handoff, text: string): Promise<void> => {
  handoff.app.agent(ada).say(handoff.conversationId, text)
  await seen(text, () => handoff.fromAgents().includes(text))
}
const lookUps = () =>
  stage.calls('botpress').filter(({ method, path }) => method === 'GET' && path.endsWith('/chat/conversations'))

describe('the note in a conversation’s metadata', () => {
  it('spares the look-up of the session', async () => {
    const handoff = await stage.newGrownHandoff()
    stage.calls()
    await says(handoff, 'Hello')
    expect(lookUps()).toEqual([])
  })

  it.each<[string, (mine: Handoff, other: Handoff) => Record<string, string | number>]>([
    [
      'copied from another customer’s conversation',
      (_, other) => ({ botpressHitlNote: String(metadataOf(other).botpressHitlNote) }),
    ],
    ['made up', (_, other) => ({ botpressHitlNote: `${other.downstreamId}:1:forged` })],
    [
      'changed to another conversation',
      (mine, other) => ({
        botpressHitlNote: String(metadataOf(mine).botpressHitlNote).replace(mine.downstreamId, other.downstreamId),
      }),
    ],
    [
      'signed with a former key',
      (mine, other) => {
        const context = contextOf(mine)
        const former = { ...context, configuration: { ...context.configuration, keySecret: 'former' } }
        const { conversationId: suncoConversationId } = mine
        return {
          botpressHitlNote: noteMetadata(former, {
            conversationId: other.downstreamId,
            suncoConversationId,
            beganAt: 1,
          }).botpressHitlNote as string,
        }
      },
    ],
    ['removed', () => ({ botpressHitlNote: '' })],
  ])('leads no word to the wrong customer where it was %s, and is written again', async (_, forge) => {
    const other = await stage.newGrownHandoff()
    const mine = await stage.newGrownHandoff(other)
    const conversation = mine.app.conversations.get(mine.conversationId)!
    conversation.metadata = { ...conversation.metadata, ...forge(mine, other) }
    stage.calls()
    await says(mine, 'Only for you')
    await stage.world().sunco.settled()
    expect(lookUps()).not.toEqual([])
    expect(other.fromAgents()).toEqual([])
    expect(other.customer.isWithAgent()).toBe(true)
    await says(mine, 'And this')
    expect(lookUps()).toEqual([])
  })

  it('ends no other customer’s session, nor ours, where someone writes that it is over', async () => {
    const other = await stage.newGrownHandoff()
    const mine = await stage.newGrownHandoff(other)
    const conversation = mine.app.conversations.get(mine.conversationId)!
    conversation.metadata = {
      ...conversation.metadata,
      botpressHitlNote: String(metadataOf(other).botpressHitlNote),
      botpressHitlUndone: 'true',
    }
    await mine.customer.say('Still here')
    expect(mine.fromCustomer()).toEqual(['Still here'])
    mine.app.agent(ada).endSession(mine.conversationId)
    await seen('the end', () => !mine.customer.isWithAgent())
    expect(other.customer.isWithAgent()).toBe(true)
  })

  it('may fail to be written at the start', async () => {
    suncoFaults.next(/PATCH .*conversations\/[^/]+$/, { kind: 'refuse', status: 400 })
    const handoff = await stage.newHandoff()
    expect(metadataOf(handoff)).not.toHaveProperty('botpressHitlNote')
    makeAged(handoff)
    await says(handoff, 'Hello')
    expect(handoff.plugin.dropped).toEqual([])
  })
})

/** The Botpress record alone, as where the note could not be written. */
const makeAged = ({ installation, downstreamId }: Handoff): void => {
  installation.conversations.get(downstreamId)!.createdAt = new Date(Date.now() - 60_000).toISOString()
}

describe('a claim, where Botpress answers get-or-set from a cache', () => {
  it('announces each agent once, in turn', async () => {
    const handoff = await stage.newGrownHandoff()
    stage.world().botpress.behaviour.stateCacheMs = 1_500
    try {
      const bob = { id: '99', name: 'Bob' }
      for (const [n, agent] of [ada, bob, ada].entries()) handoff.app.agent(agent).say(handoff.conversationId, `${n}`)
      await seen('all', () => handoff.fromAgents().length === 3, 15_000)
      await stage.world().sunco.settled()
      expect(handoff.fromAgents()).toEqual(['0', '1', '2'])
      const names = handoff.customer.messages
        .filter(({ from }) => from === 'notice')
        .flatMap(({ payload }) => /^(\w+) has joined/.exec(String(payload.text))?.[1] ?? [])
      expect(names).toEqual(['Ada', 'Bob', 'Ada'])
    } finally {
      stage.world().botpress.behaviour.stateCacheMs = 0
    }
  }, 30_000)
})
