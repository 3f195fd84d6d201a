import { describe, expect, it } from 'vitest'
import {
  ada,
  announcedIn,
  eventsOf,
  post,
  said,
  seen,
  sleep,
  stopsOf,
  tagsOf,
  useTroubledStage,
  type Handoff,
} from './stage'

const { faults, stage, trouble } = useTroubledStage()

/** A session whose last words and end nobody was told of, and the event of the end. */
const endUnheard = async () => {
  const handoff = await stage.newGrownHandoff()
  const agent = handoff.app.agent(ada)
  agent.say(handoff.conversationId, 'Hello')
  await seen('the agent', () => handoff.fromAgents().length === 1)
  await stage.whileDown(() => {
    agent.say(handoff.conversationId, 'Bye').received = new Date(Date.now() - 70_000).toISOString()
    agent.endSession(handoff.conversationId)
  })
  const end = handoff.app.events.findLast(({ type }) => type === 'switchboard:releaseControl')!
  return { handoff, end }
}

describe('agent to customer, when Botpress fails', () => {
  it.each([
    ['is down', { kind: 'refuse', status: 503 }],
    ['fails', { kind: 'refuse', status: 500 }],
    ['breaks off before', { kind: 'dropBefore' }],
    ['breaks off after the work was done', { kind: 'dropAfter' }],
  ] as const)('delivers all of it once and in order when Botpress %s', async (_, fault) => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    const texts = ['one', 'two', 'three']
    faults.botpress.next(/POST .*(events|get-or-create|get-or-set)$/, fault, 3)
    for (const text of texts) agent.say(handoff.conversationId, text)
    await seen('all three', () => handoff.fromAgents().length === 3, 20_000)
    await stage.world().sunco.settled()
    expect(handoff.fromAgents()).toEqual(texts)
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
    expect(handoff.plugin.dropped).toEqual([])
  })

  it.each([
    ['fails', { kind: 'refuse', status: 500 }],
    ['breaks off after the work was done', { kind: 'dropAfter' }],
  ] as const)('ends once when Botpress %s', async (_, fault) => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*(events|get-or-set)$/, fault, 2)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent(), 20_000)
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
  })

  it('does not ask for a redelivery of what can never be handled', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 400, code: 'InvalidPayload' }, 5)
    handoff.app.agent(ada).say(handoff.conversationId, 'cannot be stored')
    await stage.world().sunco.settled()
    expect(handoff.app.deliveries.at(-1)).toMatchObject({ status: 200, attempt: 1 })
  })

  it('judges each event of a batch for itself, and does nothing twice when it comes again', async () => {
    const [one, other] = [await stage.newHandoff(), await stage.newHandoff(undefined)]
    const both = await stage.newGrownHandoff(one)
    const eventOf = (handoff: Handoff, text: string) => {
      trouble.delivery = () => ({ wrongSecret: true })
      handoff.app.agent(ada).say(handoff.conversationId, text)
      const event = handoff.app.events.findLast(({ type }) => type === 'conversation:message')!
      return event
    }
    const [first, second] = [eventOf(one, 'to one'), eventOf(both, 'to both')]
    await stage.world().sunco.settled()
    trouble.delivery = undefined
    const conversation = both.customer.session()!.conversationId
    faults.botpress.next(new RegExp(`POST .*conversation/${conversation}/claim`), { kind: 'refuse', status: 409 }, 4)
    stage.calls()
    await one.app.emit([first, second])
    await stage.world().sunco.settled()
    const made = stage.calls('botpress').filter(({ path }) => path.endsWith('/messages/get-or-create'))
    expect(made).toHaveLength(2)
    expect(one.fromAgents()).toEqual(['to one'])
    expect(both.fromAgents()).toEqual(['to both'])
    expect(one.app.deliveries.at(-1)).toMatchObject({ status: 200, attempt: 2 })
    expect(other.fromAgents()).toEqual([])
  })

  it('brings what Sunco gave up when the agent speaks again', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    faults.botpress.next(/POST .*get-or-set$/, { kind: 'refuse', status: 409 }, Infinity)
    agent.say(handoff.conversationId, 'given up')
    await stage.world().sunco.settled()
    expect(handoff.app.deliveries.at(-1)).toMatchObject({ status: 503, attempt: 5 })
    faults.botpress.clear()
    agent.say(handoff.conversationId, 'later')
    await seen('both', () => handoff.fromAgents().length === 2)
    expect(handoff.fromAgents()).toEqual(['given up', 'later'])
  })

  it('announces once where the event is stored although its answer got lost', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*events$/, { kind: 'dropAfter' })
    handoff.app.agent(ada).say(handoff.conversationId, 'once')
    await seen('the message', () => handoff.fromAgents().length === 1)
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  })

  it('announces once where the event is stored after the time limit', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*events$/, { kind: 'delay', ms: 5_500 })
    trouble.delivery = () => ({ copies: 2 })
    handoff.app.agent(ada).say(handoff.conversationId, 'slow')
    await sleep(7_000)
    trouble.delivery = undefined
    handoff.app.agent(ada).say(handoff.conversationId, 'next')
    await seen('both', () => handoff.fromAgents().length === 2, 20_000)
    expect(handoff.fromAgents()).toEqual(['slow', 'next'])
    expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
  }, 40_000)

  it('takes over a new name and picture of an agent, and makes the user again that someone deleted', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.agent(ada).say(handoff.conversationId, 'one')
    await seen('one', () => handoff.fromAgents().length === 1)
    const userOf = () => [...handoff.installation.users.values()].find(({ tags }) => tags.agentId === ada.id)
    handoff.app
      .agent({ ...ada, name: 'Ada L.', avatarUrl: 'https://example.com/l.png' })
      .say(handoff.conversationId, 'two')
    await seen('two', () => handoff.fromAgents().length === 2)
    expect(userOf()).toMatchObject({ name: 'Ada L.', pictureUrl: 'https://example.com/l.png' })
    handoff.installation.users.delete(userOf()!.id)
    handoff.app
      .agent({ ...ada, name: 'Ada L.', avatarUrl: 'https://example.com/l.png' })
      .say(handoff.conversationId, 'three')
    await seen('three', () => handoff.fromAgents().length === 3)
  })

  it('loses neither message nor end where earlier messages may not be read', async () => {
    const handoff = await stage.newGrownHandoff()
    await stage.world().integration.restart()
    faults.sunco.next(/GET .*messages$/, { kind: 'refuse', status: 403, code: 'forbidden' }, 2)
    handoff.app.agent(ada).say(handoff.conversationId, 'still')
    await seen('the message', () => handoff.fromAgents().length === 1)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.fromAgents()).toEqual(['still'])
  })

  it.each([500, 403])('lets words and end pass one message that is always answered %i', async (status) => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    faults.botpress.next(
      ({ body }) => JSON.stringify(body ?? '').includes('poison'),
      { kind: 'refuse', status },
      Infinity
    )
    agent.say(handoff.conversationId, 'poison').received = new Date(Date.now() - 61_000).toISOString()
    agent.say(handoff.conversationId, 'One more word')
    await seen('the word', () => handoff.fromAgents().length === 2, 30_000)
    expect(handoff.fromAgents()).toEqual(['This message cannot be shown here.', 'One more word'])
    agent.endSession(handoff.conversationId)
    await seen('the end', () => !handoff.customer.isWithAgent(), 20_000)
  })

  it('brings old words as they were said where Botpress is slow, or was failing until now', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    const texts = Array.from({ length: 12 }, (_, n) => `word ${n}`)
    const until = Date.now() + 2_000
    faults.botpress.next(
      ({ path }) => path.endsWith('/claim/get-or-set') && Date.now() < until,
      { kind: 'refuse', status: 503 },
      Infinity
    )
    faults.botpress.next(/./, { kind: 'delay', ms: 900 }, Infinity)
    await stage.whileDown(() => {
      texts.forEach((text, n) => {
        const message = agent.say(handoff.conversationId, text)
        message.received = new Date(Date.now() - 120_000 + n * 1_000).toISOString()
      })
    })
    agent.say(handoff.conversationId, 'last')
    await seen('all', () => handoff.fromAgents().length === texts.length + 1, 50_000)
    expect(handoff.fromAgents()).toEqual([...texts, 'last'])
  })

  it('brings the last words with an end that is told late, where Zendesk does not list them for some seconds', async () => {
    const { handoff, end } = await endUnheard()
    const createdAt = new Date(Date.now() - 65_000).toISOString()
    const until = Date.now() + 6_000
    faults.sunco.next(
      ({ method, path }) => method === 'GET' && path.endsWith('/messages') && Date.now() < until,
      { kind: 'refuse', status: 503 },
      Infinity
    )
    expect((await post(handoff, JSON.stringify({ events: [{ ...end, createdAt }] }))).status).toBe(200)
    expect(handoff.fromAgents()).toEqual(['Hello', 'Bye'])
    expect(stopsOf(handoff)).toHaveLength(1)
  })

  it('gives the customer back by an event long after the end, although Botpress fails over a word', async () => {
    const { handoff, end } = await endUnheard()
    const endedAt = new Date(Date.now() - 900_000).toISOString()
    Object.assign(tagsOf(handoff), { endReason: 'released', endedAt })
    faults.botpress.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 500 }, Infinity)
    expect((await post(handoff, JSON.stringify({ events: [end] }))).status).toBe(200)
    expect(stopsOf(handoff)).toHaveLength(1)
  }, 30_000)

  it('gives the customer back in the end, although words cannot be brought', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Hello')
    await seen('the agent', () => handoff.fromAgents().length === 1)
    faults.botpress.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 409 }, Infinity)
    agent.say(handoff.conversationId, 'Bye')
    agent.endSession(handoff.conversationId)
    await seen('the tags', () => tagsOf(handoff).endReason, 20_000)
    await stage.world().sunco.settled()
    expect(stopsOf(handoff)).toEqual([])
    tagsOf(handoff).endedAt = new Date(Date.now() - 11 * 60_000).toISOString()
    await handoff.installation.register()
    expect(stopsOf(handoff)).toHaveLength(1)
  })

  it.each([
    ['is refused by Botpress', 400, 0],
    ['makes Botpress fail', 500, 61_000],
  ])('brings the words of an agent whose picture or name %s', async (_, status, ageMs) => {
    const handoff = await stage.newGrownHandoff()
    const isProfile = ({ path, body }: { path: string; body: unknown }): boolean =>
      path.includes('users') && /ada\.png|"Ada"/.test(JSON.stringify(body ?? ''))
    faults.botpress.next(isProfile, { kind: 'refuse', status }, Infinity)
    const message = handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    message.received = new Date(Date.now() - ageMs).toISOString()
    await seen('the word', () => handoff.fromAgents().length === 1, 20_000)
    expect(announcedIn(handoff)).toHaveLength(1)
    faults.botpress.clear()
    handoff.app.agent({ ...ada, avatarUrl: 'https://example.com/new.png' }).say(handoff.conversationId, 'Hello again')
    await seen('both', () => handoff.fromAgents().length === 2)
    expect(announcedIn(handoff)).toEqual(['Ada'])
  })

  it('takes an agent whose name is told only sometimes for one', async () => {
    const handoff = await stage.newGrownHandoff()
    const agent = handoff.app.agent(ada)
    agent.say(handoff.conversationId, 'Hello')
    await seen('the first', () => handoff.fromAgents().length === 1)
    const sayNameless = async (text: string): Promise<void> => {
      const event = said(handoff, text)
      delete (event.payload as { message: { author: { displayName?: string } } }).message.author.displayName
      expect((await post(handoff, JSON.stringify({ events: [event] }))).status).toBe(200)
    }
    await sayNameless('Nobody said who')
    agent.say(handoff.conversationId, 'It was me')
    await seen('all', () => handoff.fromAgents().length === 3)
    expect(announcedIn(handoff)).toEqual(['Ada'])
    // Also where someone deletes the agent's user: those of whom no name is known must not get this one.
    const { users } = handoff.installation
    const named = (): string[] => [...users.values()].flatMap(({ name, tags }) => (name === 'Ada' ? tags.agentId! : []))
    const [user] = [...users.values()].filter(({ tags }) => tags.agentId === ada.id)
    users.delete(user!.id)
    await sayNameless('Nobody again')
    expect(named()).toEqual([ada.id])
  })

  it('brings what is said where Zendesk does not list the messages for long', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.sunco.next(/GET .*messages$/, { kind: 'refuse', status: 500 }, Infinity)
    const events = [said(handoff, 'Hello')]
    Object.assign((events[0]!.payload as { message: object }).message, {
      received: new Date(Date.now() - 61_000).toISOString(),
    })
    expect((await post(handoff, JSON.stringify({ events }))).status).toBe(200)
    expect(handoff.fromAgents()).toEqual(['Hello'])
  })

  it('answers within 15 seconds whatever hangs', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/POST .*get-or-create$/, { kind: 'hang' })
    handoff.app.agent(ada).say(handoff.conversationId, 'slow')
    const started = Date.now()
    await seen('an answer', () => handoff.app.deliveries.some(({ status }) => status === 503), 18_000)
    expect(Date.now() - started).toBeLessThan(16_000)
  }, 40_000)
})
