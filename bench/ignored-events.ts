import type { RawEvent } from '../sandbox/sunco'
import { atMost, type Row } from './rows'
import type { Bot, Session, Stage } from './stage'

/** Calls of a webhook delivery that was answered 200. */
const countEvent = async (stage: Stage, { app }: Bot, event: RawEvent): Promise<number> => {
  const { length } = app.deliveries
  const calls = await stage.callsOf(() => app.emit([event]))
  if (app.deliveries.length !== length + 1 || app.deliveries.at(-1)?.status !== 200)
    throw new Error(`an event ${event.type} was not delivered`)
  return calls.length
}

/** Events that the integration has nothing to do about, each in functions that know the installation. */
export const countIgnored = async (
  stage: Stage,
  bot: Bot,
  { suncoConversationId, agent, customer }: Session
): Promise<Row[]> => {
  const { app } = bot
  const again = (type: string, fits: (event: RawEvent) => boolean): RawEvent => {
    const found = app.events.findLast((event) => event.type === type && fits(event))
    if (!found) throw new Error(`there is no event ${type} to repeat`)
    return { type, payload: structuredClone(found.payload) }
  }
  const says = ({ payload }: RawEvent, text: string): boolean => JSON.stringify(payload).includes(text)
  await customer.say('from the customer')
  agent.say(suncoConversationId, 'from the agent')
  await stage.world.sunco.settled()
  const fromAgent = again('conversation:message', (event) => says(event, 'from the agent'))
  // Without this one, the zeros below would also be reached by an integration that takes in nothing.
  if ((await countEvent(stage, bot, fromAgent)) === 0) throw new Error('events reach nobody')

  const echo = again('conversation:message', (event) => says(event, 'from the customer'))
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
    again('switchboard:passControl', () => true),
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
