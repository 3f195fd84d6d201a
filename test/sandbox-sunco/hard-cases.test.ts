import { describe, expect, it } from 'vitest'
import { seen } from '../../sandbox/world'
import {
  addBot,
  call,
  control,
  handOver,
  newConversation,
  newUser,
  post,
  raiseAnew,
  stage,
  useApp,
  useStage,
} from './stage'

useStage()

const ada = { id: '77', name: 'Ada' }

/** What the API shows of who has control. */
const holderOf = async (conversation: string): Promise<string | undefined> =>
  (await call('GET', `/conversations/${conversation}`)).body.conversation?.activeSwitchboardIntegration?.name

describe('delivery', () => {
  it('lets no event wait for the answer to one before it', async () => {
    await addBot()
    const conversation = await handOver()
    const before = stage.receiver.received.length
    let answer = (): void => undefined
    stage.receiver.hold = new Promise((resolve) => (answer = resolve))
    const agent = stage.app.agent(ada)
    for (const text of ['one', 'two', 'three']) agent.say(conversation, text)
    await seen('all three', () => stage.receiver.received.length === before + 3)
    expect(stage.app.deliveries).toHaveLength(before)
    answer()
    await stage.sunco.settled()
    expect(stage.app.deliveries).toHaveLength(before + 3)
  })

  it('collects the events of a conversation where it is to send batches, and those of no other', async () => {
    await raiseAnew({ delivery: { batchMs: 100 } })
    await addBot({ onSwitchboard: false })
    const [one, other] = [await newConversation(await newUser()), await newConversation(await newUser())]
    await Promise.all([post(one, 'a'), post(one, 'b'), post(other, 'c')])
    await stage.sunco.settled()
    expect(stage.receiver.received.map(({ events }) => events.length).sort()).toEqual([1, 2])
  })

  it('tells of messages of the same millisecond, each with an id of its own', async () => {
    await addBot()
    const conversation = await handOver()
    const agent = stage.app.agent(ada)
    const said = Array.from({ length: 200 }, (_, index) => agent.say(conversation, `${index}`))
    expect(new Set(said.map(({ received }) => received)).size).toBeLessThan(said.length)
    const ids = said.map(({ id }) => id)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(said.length)
  })
})

describe('a change of the metadata of a conversation', () => {
  const patched = async (change: unknown): Promise<unknown> => {
    const conversation = await newConversation(await newUser(), { kept: 'k', note: 'old' })
    await call('PATCH', `/conversations/${conversation}`, change)
    return stage.app.conversations.get(conversation)?.metadata
  }

  it('keeps what it does not name, by default', async () => {
    expect(await patched({ metadata: { note: 'new' } })).toEqual({ kept: 'k', note: 'new' })
    expect(await patched({ metadata: null })).toEqual({})
    expect(await patched({ displayName: 'x' })).toEqual({ kept: 'k', note: 'old' })
  })

  it('drops what it does not name, where the app is so', async () => {
    useApp({ metadataPatch: 'replace' })
    expect(await patched({ metadata: { note: 'new' } })).toEqual({ note: 'new' })
    expect(await patched({ metadata: null })).toEqual({})
    expect(await patched({ displayName: 'x' })).toEqual({ kept: 'k', note: 'old' })
  })

  it('takes both switches for all apps of a server', async () => {
    await raiseAnew({ metadataPatch: 'replace', controlLagMs: 7 })
    expect(stage.app).toMatchObject({ metadataPatch: 'replace', controlLagMs: 7 })
    useApp({ metadataPatch: 'merge', controlLagMs: 0 })
    expect(stage.app).toMatchObject({ metadataPatch: 'merge', controlLagMs: 0 })
  })
})

describe('control that is shown late', () => {
  it('shows the former holder by API and in messages, but not in the event that tells of the change', async () => {
    await addBot({ onSwitchboard: true })
    const conversation = await newConversation(await newUser())
    await control(conversation, 'passControl', { switchboardIntegration: 'bot' })
    await post(conversation, 'Please help')
    stage.app.controlLagMs = 60_000
    // Nothing was passed yet when the conversation was created with the agents.
    expect(await holderOf(conversation)).toBe('zd-agentWorkspace')
    stage.app.controlLagMs = 0
    expect(await holderOf(conversation)).toBe('bot')

    await new Promise((resolve) => setTimeout(resolve, 300))
    stage.app.controlLagMs = 250
    await control(conversation, 'passControl', { switchboardIntegration: 'zd:agentWorkspace' })
    await control(conversation, 'offerControl', { switchboardIntegration: 'bot' })
    expect(await holderOf(conversation)).toBe('bot')
    stage.app.agent(ada).say(conversation, 'Hello')
    await stage.sunco.settled()
    const told = new Map(
      stage.receiver.received.flatMap(({ events }) =>
        events.map(({ type, payload }) => [type, payload['conversation']])
      )
    )
    expect(told.get('switchboard:passControl')).toMatchObject({
      activeSwitchboardIntegration: { name: 'zd-agentWorkspace' },
    })
    expect(told.get('conversation:message')).toMatchObject({ activeSwitchboardIntegration: { name: 'bot' } })
    expect(told.get('conversation:message')).not.toHaveProperty('pendingSwitchboardIntegration')

    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await holderOf(conversation)).toBe('zd-agentWorkspace')
    stage.app.agent(ada).endSession(conversation)
    expect(await holderOf(conversation)).toBe('zd-agentWorkspace')
    stage.app.controlLagMs = 0
    expect(await holderOf(conversation)).toBeUndefined()
  })
})
