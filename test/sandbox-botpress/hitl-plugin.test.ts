import type { Client } from '@botpress/client'
import { describe, expect, it } from 'vitest'
import { createHitlPlugin, NOTICES, type HitlPlugin, type HitlPluginOptions } from '../../sandbox/botpress/hitl-plugin'
import { clientOf, runBotpress, runIntegration, useClosers } from './running'

useClosers()

type Desk = {
  plugin: HitlPlugin
  client: Client
  log: { what: string; input?: unknown }[]
  /** The integration's agent writes; the user is made on the first message. */
  agentWrites: (conversationId: string, type?: string) => Promise<string>
  /** Called inside startHitl, before it returns. */
  duringStart: { run?: (conversationId: string) => Promise<unknown> }
  failing: Set<string>
}

const openDesk = async (options?: HitlPluginOptions): Promise<Desk> => {
  const log: Desk['log'] = []
  const failing = new Set<string>()
  const duringStart: Desk['duringStart'] = {}
  const note = (what: string, input?: unknown): void => {
    log.push({ what, input })
    if (failing.has(what)) throw new Error('refused on demand')
  }
  const takeMessage = async ({ payload }: { payload: unknown }): Promise<void> => note('message', payload)
  const botpress = await runBotpress()
  const integration = await runIntegration({
    actions: {
      createUser: async ({ client, input }) => {
        note('createUser', input)
        const { user } = await client.createUser({ tags: {} })
        return { userId: user.id }
      },
      startHitl: async ({ client, input }) => {
        note('startHitl', input)
        const { conversation } = await client.createConversation({ channel: 'hitl', tags: {} })
        await duringStart.run?.(conversation.id)
        return { conversationId: conversation.id }
      },
      stopHitl: async ({ input }) => {
        note('stopHitl', input)
        return {}
      },
    },
    channels: { hitl: { messages: { text: takeMessage } } },
  })
  const installation = botpress.install({ configuration: {}, integration })
  const client = clientOf(botpress, installation)
  const agentWrites: Desk['agentWrites'] = async (conversationId, type = 'text') => {
    const { user } = await client.getOrCreateUser({ tags: { id: 'agent' }, name: 'Ada' })
    await client.createMessage({ conversationId, userId: user.id, type, payload: { text: 'hi' }, tags: {} })
    return user.id
  }
  return { plugin: createHitlPlugin(installation, options), client, log, agentWrites, duringStart, failing }
}

const textsOf = (messages: { from: string; payload: Record<string, unknown> }[]): string[] =>
  messages.map(({ from, payload }) => `${from}: ${String(payload.text)}`)

const joined = `notice: ${NOTICES.assigned('Ada')}`

describe('escalation', () => {
  it('tells the customer first, makes the user once, and hands over the history oldest first', async () => {
    const { plugin, log } = await openDesk()
    const customer = plugin.customer({ id: 'c1', name: 'Cleo' })
    await customer.say('help')
    customer.botSays('I cannot')
    await customer.escalate({ title: 'T' })
    const userId = customer.session()?.userId
    expect(log.map(({ what }) => what)).toEqual(['createUser', 'startHitl'])
    const inventedEmail: unknown = expect.stringMatching(/^c1@no-reply\..*\.botpress\.com$/)
    expect(log[0]?.input).toMatchObject({ name: 'Cleo', email: inventedEmail })
    expect(log[1]?.input).toMatchObject({
      userId,
      title: 'T',
      messageHistory: [
        { source: { type: 'user', userId }, type: 'text', payload: { text: 'help' } },
        { source: { type: 'bot' }, payload: { text: 'I cannot' } },
        { source: { type: 'bot' }, payload: { text: NOTICES.handoff } },
      ],
    })
    await customer.end()
    await customer.escalate()
    expect(log.filter(({ what }) => what === 'createUser')).toHaveLength(1)
    expect(customer.session()?.userId).toBe(userId)
  })

  it('drops what the integration creates before startHitl has returned', async () => {
    const { plugin, client, agentWrites, duringStart } = await openDesk()
    duringStart.run = async (conversationId) => {
      const userId = await agentWrites(conversationId)
      await client.createEvent({ type: 'hitlAssigned', payload: { conversationId, userId } })
      await client.createEvent({ type: 'hitlStopped', payload: { conversationId } })
    }
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    expect(customer.isWithAgent()).toBe(true)
    expect(plugin.dropped.map(({ kind }) => kind)).toEqual(['message', 'event', 'event'])
    expect(textsOf(customer.messages)).toEqual([`notice: ${NOTICES.handoff}`])
  })

  it('leaves the promise standing when startHitl fails', async () => {
    const { plugin, failing } = await openDesk()
    failing.add('startHitl')
    const customer = plugin.customer({ id: 'c1' })
    await expect(customer.escalate()).rejects.toMatchObject({ status: 400 })
    expect(customer.isWithAgent()).toBe(false)
    expect(textsOf(plugin.transcriptOf('c1'))).toEqual([`notice: ${NOTICES.handoff}`])
  })
})

describe('a session', () => {
  it('announces the first author once and every assignment anew', async () => {
    const { plugin, client, agentWrites } = await openDesk()
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    const conversationId = customer.session()?.conversationId ?? ''
    const userId = await agentWrites(conversationId)
    await agentWrites(conversationId)
    await client.createEvent({ type: 'hitlAssigned', payload: { conversationId, userId } })
    expect(textsOf(customer.messages).slice(1)).toEqual([joined, 'agent: hi', 'agent: hi', joined])
    await client.createEvent({ type: 'hitlAssigned', payload: { conversationId, userId: 'user_x' } })
    expect(plugin.dropped).toMatchObject([{ reason: 'unknownUser' }])
  })

  it('announces twice when two first messages come while the plugin is still busy', async () => {
    const busy: (() => void)[] = []
    const sleep = (): Promise<void> => new Promise((resolve) => busy.push(resolve))
    const { plugin, agentWrites } = await openDesk({ reactionMs: 50, sleep })
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    const { conversationId = '' } = customer.session() ?? {}
    await agentWrites(conversationId)
    await agentWrites(conversationId)
    expect(busy).toHaveLength(2)
    for (const finish of busy) finish()
    await plugin.idle()
    expect(textsOf(customer.messages).filter((text) => text === joined)).toHaveLength(2)
  })

  it('speaks as the customer downstream, and refuses types it cannot copy', async () => {
    const { plugin, log, agentWrites, failing } = await openDesk()
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    const { conversationId = '', userId } = customer.session() ?? {}
    await customer.say('are you there')
    await agentWrites(conversationId, 'carousel')
    await plugin.idle()
    expect(log.slice(2).map(({ input }) => input)).toEqual([
      { text: 'are you there', userId },
      { text: NOTICES.toAgentUnsupported },
    ])
    failing.add('message')
    await customer.say('lost')
    expect(plugin.lost).toMatchObject([{ status: 400, message: { payload: { text: 'lost' } } }])
  })

  it('ends on hitlStopped and ignores a second one', async () => {
    const { plugin, client } = await openDesk()
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    const payload = { conversationId: customer.session()?.conversationId }
    await client.createEvent({ type: 'hitlStopped', payload })
    await client.createEvent({ type: 'hitlStopped', payload })
    expect(customer.isWithAgent()).toBe(false)
    expect(textsOf(customer.messages).slice(1)).toEqual([`notice: ${NOTICES.stopped}`])
    expect(plugin.dropped).toMatchObject([{ reason: 'inactive', kind: 'event' }])
  })
})

describe('/end', () => {
  it('goes notice to the agent, HITL off, stopHitl, word to the customer', async () => {
    const { plugin, log } = await openDesk()
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    const conversationId = customer.session()?.conversationId
    const ended = customer.end()
    expect(customer.isWithAgent()).toBe(false)
    expect(textsOf(customer.messages)).toHaveLength(1)
    await ended
    const afterStart = log.slice(2)
    expect(afterStart).toHaveLength(2)
    // The two may overtake each other on their way.
    expect(afterStart).toContainEqual({ what: 'message', input: { text: NOTICES.toAgentEnded } })
    expect(afterStart).toContainEqual({ what: 'stopHitl', input: { conversationId } })
    expect(textsOf(customer.messages).at(-1)).toBe(`notice: ${NOTICES.ended}`)
  })

  it('never tells the customer when stopHitl fails', async () => {
    const { plugin, failing } = await openDesk()
    const customer = plugin.customer({ id: 'c1' })
    await customer.escalate()
    failing.add('stopHitl')
    await expect(customer.end()).rejects.toMatchObject({ status: 400 })
    expect(customer.isWithAgent()).toBe(false)
    expect(textsOf(customer.messages)).toHaveLength(1)
  })
})
