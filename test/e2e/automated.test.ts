import { describe, expect, it } from 'vitest'
import { createHitlPlugin } from '../../sandbox/botpress/hitl-plugin'
import { ada, announcedIn, makeOlder, seen, sleep, tagsOf, useStage, type Handoff } from './stage'

const stage = useStage()

describe('automated messages', () => {
  const forwarding = async (): Promise<Handoff> => {
    const bot = await stage.newBot()
    bot.installation.configuration = { ...bot.installation.configuration, forwardAutomatedMessages: true }
    return stage.newHandoff(bot)
  }

  it('are passed on where the configuration says so, under a name of their own, once an agent has joined', async () => {
    const handoff = await forwarding()
    handoff.app.automatedMessage(handoff.conversationId, 'You are number 3 in the queue')
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    handoff.app.automatedMessage(handoff.conversationId, 'How did we do?')
    await seen('the survey', () => handoff.fromAgents().length === 2)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromAgents()).toEqual(['Hello', 'How did we do?'])
    expect(handoff.customer.messages.filter(({ from }) => from === 'agent').map(({ agentName }) => agentName)).toEqual([
      'Ada',
      'Automated message',
    ])
    const assigned = [...handoff.installation.events.values()].filter(({ type }) => type === 'hitlAssigned')
    expect(assigned).toHaveLength(1)
  })

  it('of before are not brought after newer words, where the configuration says so only later', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    handoff.app.automatedMessage(handoff.conversationId, 'an old notice')
    agent.say(handoff.conversationId, 'Later')
    await seen('both', () => handoff.fromAgents().length === 2)
    handoff.installation.configuration = { ...handoff.installation.configuration, forwardAutomatedMessages: true }
    await handoff.installation.register()
    handoff.app.automatedMessage(handoff.conversationId, 'a new notice')
    await seen('the new one', () => handoff.fromAgents().length === 3)
    expect(handoff.fromAgents()).toEqual(['Hello', 'Later', 'a new notice'])
  })

  it('of after the end are not brought, where the end was left halfway', async () => {
    const handoff = await forwarding()
    makeOlder(handoff)
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Bye')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    // What a function leaves that dies over the end.
    const endedAt = new Date(Date.now() - 1_000).toISOString()
    Object.assign(tagsOf(handoff), { endReason: 'released', endedAt })
    await stage.whileDown(() => {
      handoff.app.automatedMessage(handoff.conversationId, 'How did we do?')
    })
    await handoff.installation.register()
    expect(handoff.customer.isWithAgent()).toBe(false)
    expect(handoff.fromAgents()).toEqual(['Bye'])
  })

  it('are not overtaken by the end that follows them', async () => {
    const bot = await stage.newBot()
    bot.installation.configuration = { ...bot.installation.configuration, forwardAutomatedMessages: true }
    const plugin = createHitlPlugin(bot.installation, { reactionMs: 500 })
    const customer = plugin.customer({ id: 'slow', name: 'Jane', email: 'slow@example.com' })
    await customer.escalate()
    const { conversationId } = bot.app.tickets[0]!
    bot.app.agent(ada).say(conversationId, 'Bye')
    const fromAgents = () => customer.messages.filter(({ from }) => from === 'agent')
    await seen('the agent', () => fromAgents().length === 1)
    await sleep(1_000)
    bot.app.automatedMessage(conversationId, 'How did we do?')
    const { messages } = bot.installation
    await seen('the survey', () => [...messages.values()].some(({ payload }) => payload.text === 'How did we do?'))
    bot.app.agent(ada).endSession(conversationId)
    await seen('the end', () => !customer.isWithAgent())
    expect(fromAgents().map(({ payload }) => payload.text)).toEqual(['Bye', 'How did we do?'])
    expect(plugin.dropped).toEqual([])
  })

  it('may fill a page and more, and the agent is still known', async () => {
    const handoff = await forwarding()
    makeOlder(handoff)
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    const { assignedAt } = tagsOf(handoff)
    const notices = Array.from({ length: 45 }, (_, n) => `You are number ${45 - n} in the queue`)
    for (const [n, notice] of notices.entries()) {
      handoff.app.automatedMessage(handoff.conversationId, notice)
      await seen('the notice', () => handoff.fromAgents().length === n + 2)
    }
    agent.say(handoff.conversationId, 'Here I am')
    await seen('the agent', () => handoff.fromAgents().at(-1) === 'Here I am')
    expect(handoff.fromAgents()).toEqual(['Hello', ...notices, 'Here I am'])
    expect(announcedIn(handoff)).toEqual(['Ada'])
    expect(tagsOf(handoff).assignedAt).toBe(assignedAt)
  })
})
