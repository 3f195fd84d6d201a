import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, exactly, shownCounts, type Row } from './rows'
import { countCalls, type Bot, type Session, type Stage } from './stage'
import type { RawEvent } from '../sandbox/sunco'
import type { Wire } from '../sandbox/world'

const repeats = 5

/** Ids left out: `botpress POST messages/get-or-create`. */
const nameOf = ({ server, method, path }: Wire): string => {
  const segments = path.split('/').slice(-2)
  const isId = (segment: string): boolean => segment.length > 20 || segment.includes('_')
  return `${server} ${method} ${segments.map((segment) => (isId(segment) ? ':id' : segment)).join('/')}`
}

const namesOf = (calls: Wire[]): string => calls.map(nameOf).join(', ')

const countCustomerText = async (stage: Stage, session: Session): Promise<Row[]> => {
  const rounds: Wire[][] = []
  for (let n = 0; n < repeats; n++) rounds.push(await stage.callsOf(() => session.customer.say(`Text ${n}`)))
  const counts = rounds.map((calls) => calls.length)
  return [
    atMost('calls, customer’s text', counts, 2),
    exactly('in this order', rounds.map(namesOf), 'sunco POST :id/messages, botpress PUT messages/:id'),
  ]
}

const countAgentMessages = async (stage: Stage, bot: Bot, session: Session): Promise<Row[]> => {
  const fresh = await stage.newSessions([bot], 3)
  const greetings: Wire[][] = []
  for (const { agent, suncoConversationId } of fresh) {
    greetings.push(await stage.callsOf(() => agent.say(suncoConversationId, 'Hello')))
  }
  const first = greetings.map((calls) => calls.length)
  const [known, ...others] = fresh
  const later = await countCalls(stage, repeats, (n) => known?.agent.say(known.suncoConversationId, `Message ${n}`))
  const next = namesOf(await stage.callsOf(() => known?.agent.say(known.suncoConversationId, 'And another')))
  // Agents that this process met in another session already.
  const met = await countCalls(stage, 1, () => known?.agent.say(session.suncoConversationId, 'Hello'))
  const takeover = await countCalls(stage, others.length, (n) =>
    others[n]?.agent.say(known?.suncoConversationId ?? '', 'I take over')
  )
  return [
    atMost('calls, agent’s first message in a session', first, 4),
    exactly(
      'in this order',
      greetings.map(namesOf),
      ['users/get-or-create', 'assignment1/get-or-set', 'chat/events', 'messages/get-or-create']
        .map((path) => `botpress POST ${path}`)
        .join(', ')
    ),
    atMost('calls, first message of an agent known from another session', met, 4),
    atMost('calls, agent’s message from the second on', later, 1),
    exactly('which is', [next], 'botpress POST messages/get-or-create'),
    atMost('calls, first message of a second agent in the same session', takeover, 4),
  ]
}

/** A webhook delivery that was answered 200 and whose calls are counted. */
const countEvent = async (stage: Stage, { app }: Bot, event: RawEvent): Promise<number> => {
  const { length } = app.deliveries
  const calls = await stage.callsOf(() => app.emit([event]))
  if (app.deliveries.length !== length + 1 || app.deliveries.at(-1)?.status !== 200)
    throw new Error(`an event ${event.type} was not delivered`)
  return calls.length
}

const countIgnored = async (stage: Stage, bot: Bot, { suncoConversationId, agent }: Session): Promise<Row[]> => {
  const { app } = bot
  const repeat = (type: string, fits: (event: RawEvent) => boolean): RawEvent => {
    const found = app.events.findLast((event) => event.type === type && fits(event))
    if (!found) throw new Error(`there is no event ${type} to repeat`)
    return { type, payload: structuredClone(found.payload) }
  }
  const says = ({ payload }: RawEvent, text: string): boolean => JSON.stringify(payload).includes(text)
  agent.say(suncoConversationId, 'from the agent')
  await stage.world.sunco.settled()
  const fromAgent = repeat('conversation:message', (event) => says(event, 'from the agent'))
  // Without this one, the zeros below would also be reached by an integration that takes in nothing.
  if ((await countEvent(stage, bot, fromAgent)) === 0) throw new Error('events reach nobody')

  const echo = repeat('conversation:message', (event) => says(event, '"type":"user"'))
  const inConversation = (metadata: Record<string, unknown>): RawEvent => {
    const { payload, type } = structuredClone(fromAgent)
    return { type, payload: { ...payload, conversation: { id: 'f'.repeat(24), metadata } } }
  }
  const foreign = [
    inConversation({}),
    inConversation({ botpressHitl: 'another', botpressHitlStartedAt: Date.now() }),
    { ...inConversation({}), type: 'conversation:remove' },
  ]
  const automated = structuredClone(fromAgent)
  Object.assign(automated.payload.message ?? {}, { metadata: { '__zendesk_msg.agent.id': '__trigger' } })
  const conversation = { id: suncoConversationId }
  const uninteresting = [
    { type: 'conversation:read', payload: { conversation } },
    { type: 'conversation:typing', payload: { conversation, activity: { type: 'typing:start' } } },
    repeat('switchboard:passControl', () => true),
    automated,
  ]
  const count = async (events: RawEvent[]): Promise<number[]> => {
    const counts: number[] = []
    for (const event of events) counts.push(await countEvent(stage, bot, event))
    return counts
  }
  return [
    atMost('calls, own echo', await count([echo]), 0),
    atMost('calls, foreign conversation', await count(foreign), 0),
    atMost('calls, uninteresting event', await count(uninteresting), 0),
  ]
}

/** Calls per message and per event, on a warm process. */
export const countMessages = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot()
  const [session] = await stage.newSessions([bot])
  if (!session) throw new Error('no session began')
  return [
    ...(await countCustomerText(stage, session)),
    ...(await countAgentMessages(stage, bot, session)),
    ...(await countIgnored(stage, bot, session)),
  ]
}

/** A session counts as young until then, and is not asked for its end. */
const youngMs = 10_500

/** Calls for the first thing that a process hears of, in a session that another one began. */
export const countCold = async (stage: Stage): Promise<Row[]> => {
  const bot = await stage.newBot()
  const [session] = await stage.newSessions([bot])
  if (!session) throw new Error('no session began')
  const { agent, customer, suncoConversationId } = session
  agent.say(suncoConversationId, 'Hello')
  await stage.world.sunco.settled()
  await sleep(youngMs)
  const cold = async (work: () => unknown): Promise<number[]> => {
    await stage.restart()
    return countCalls(stage, 1, work)
  }
  return [
    shownCounts('calls, customer’s text, cold', await cold(() => customer.say('Text'))),
    shownCounts('calls, agent’s message, cold', await cold(() => agent.say(suncoConversationId, 'Message'))),
  ]
}
