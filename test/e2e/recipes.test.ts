import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ada, seen, sleep, useStage, type Handoff } from './stage'

const stage = useStage()

const hub = readFileSync(path.join(__dirname, '../../hub.md'), 'utf8')
/** The code of a recipe, by its heading; some have more than one card. */
const codeOf = (heading: string): string[] => {
  const section = hub.split(/^### /m).find((part) => part.startsWith(`${heading}\n`))
  return [...(section ?? '').matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code)
}

type Tagged = { id: string; tags: Record<string, string> }

/** What an Execute Code card has to work with. */
const studioFor = (upstream: Tagged, handoff?: Handoff) => {
  const workflow: Record<string, unknown> = {}
  const conversation: Record<string, unknown> = {}
  const client = {
    getConversation: ({ id }: { id: string }) => {
      if (id === upstream.id) return Promise.resolve({ conversation: upstream })
      const { tags } = handoff!.installation.conversations.get(id)!
      // A bot reads an integration's tags under the integration's alias.
      const seenByBot = Object.entries(tags).map(([name, value]) => [`zendesk-messaging-hitl:${name}`, value])
      return Promise.resolve({ conversation: { id, tags: Object.fromEntries(seenByBot) as Record<string, string> } })
    },
    callAction: async ({ type, input }: { type: string; input: Record<string, unknown> }) => {
      const [alias, action = ''] = type.split(':')
      expect(alias).toBe('zendesk-messaging-hitl')
      return { output: await handoff!.installation.callAction(action, input) }
    },
    updateConversation: ({ id, tags }: Tagged) => {
      expect(id).toBe(upstream.id)
      Object.assign(upstream.tags, tags)
      return Promise.resolve({})
    },
  }
  const run = async (code: string | undefined): Promise<void> => {
    if (!code) throw new Error('the recipe has no such card')
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code stands in our own guide
    const card = new Function('client', 'event', 'workflow', 'conversation', `return (async () => {${code}})()`) as (
      ...given: unknown[]
    ) => Promise<void>
    await card(client, { conversationId: upstream.id }, workflow, conversation)
  }
  return { workflow, run }
}

describe('the guide’s recipe', () => {
  it('for what a session was like tells of a session that is over, and what to tell the customer', async () => {
    const handoff = await stage.newGrownHandoff()
    await sleep(1_100)
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    handoff.app.agent(ada).endSession(handoff.conversationId, 'transferToEmail')
    await seen('the end', () => !handoff.customer.isWithAgent())
    const { workflow, run } = studioFor({ id: 'up', tags: { 'hitl#downstream': handoff.downstreamId } }, handoff)
    await run(codeOf('What the session was like')[0])
    expect(workflow).toMatchObject({ endReason: 'transferToEmail', agentName: 'Ada' })
    expect(workflow.waitSeconds).toBeGreaterThanOrEqual(1)
    expect(workflow.durationSeconds).toBeGreaterThanOrEqual(workflow.waitSeconds as number)
    await run(codeOf('Tell the customer the reason')[0])
    expect(workflow.goodbye).toBe('We will go on by e-mail.')
  })

  it('for what a session was like tells of one that nobody took', async () => {
    const handoff = await stage.newGrownHandoff()
    await handoff.customer.end()
    const { workflow, run } = studioFor({ id: 'up', tags: { 'hitl#downstream': handoff.downstreamId } }, handoff)
    await run(codeOf('What the session was like')[0])
    expect(workflow).toMatchObject({ endReason: 'stopHitl', agentName: null, waitSeconds: null })
    await run(codeOf('Tell the customer the reason')[0])
    expect(workflow.goodbye).toBe('You are back with me.')
  })

  it('for asking first keeps a customer only where it is certain that nobody is there', async () => {
    const bot = await stage.newBot({ support: { routing: true } })
    const handoff = await stage.newGrownHandoff(bot)
    const ask = async (): Promise<unknown> => {
      await stage.world().integration.restart()
      const { workflow, run } = studioFor({ id: 'up', tags: {} }, handoff)
      await run(codeOf('Check Availability')[0])
      return workflow
    }
    expect(await ask()).toEqual({ handOver: false, opensAt: null })
    bot.account!.setAgent({ id: 1, groupIds: [], messaging: 'online' })
    expect(await ask()).toEqual({ handOver: true, opensAt: null })
    bot.account!.clientSecret = 'changed'
    expect(await ask()).toEqual({ handOver: true, opensAt: null })
  })

  it('for the ticket tells its number', async () => {
    const handoff = await stage.newGrownHandoff(await stage.newBot({ support: true }))
    const { workflow, run } = studioFor({ id: 'up', tags: { 'hitl#downstream': handoff.downstreamId } }, handoff)
    await run(codeOf('The ticket of a session')[0])
    expect(workflow).toEqual({ ticketNumber: `${handoff.ticket.id}` })
  })

  it('for "no agent came" blanks the tag that keeps it from firing', async () => {
    const upstream = { id: 'up', tags: { 'hitl#humanAgentId': 'user_1' } }
    await studioFor(upstream).run(codeOf('Have "no agent came" fire every time')[0])
    expect(upstream.tags).toEqual({ 'hitl#humanAgentId': '' })
  })

  it.each([
    ['a first one that failed', {}, undefined, true],
    ['a later one that failed', { 'hitl#downstream': 'conv_1' }, undefined, true],
    ['a first one that went well', {}, 'conv_1', false],
    ['a later one that went well', { 'hitl#downstream': 'conv_1' }, 'conv_2', false],
  ])('for a failed handoff judges %s', async (_, tags, made, failed) => {
    const upstream: Tagged = { id: 'up', tags }
    const { workflow, run } = studioFor(upstream)
    const [before, after] = codeOf('Notice a handoff that failed')
    await run(before)
    if (made) upstream.tags['hitl#downstream'] = made
    await run(after)
    expect(workflow.handoffFailed).toBe(failed)
  })
})
