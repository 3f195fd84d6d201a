import { setTimeout as sleep } from 'node:timers/promises'
import type { HitlCustomer } from '../sandbox/botpress/hitl-plugin'
import { seen, type World } from '../sandbox/world'
import type { Random } from './random'

/** A customer's message, with the times from which until which it was on its way, in milliseconds since 1970. */
export type Said = {
  text: string
  from: number
  until: number
  /** False where it was reported as failed. */
  accepted: boolean
  /** It asked for what did not come by itself, and is refused where the session turns out to be over. */
  asks: boolean
}

/** One session with what was said in it, in order. */
export type Played = {
  conversationId: string
  /** Botpress id. */
  downstreamId: string
  endedBy?: 'agent' | 'customer'
  byAgents: { agentId: string; text: string }[]
  byCustomer: Said[]
  /** The plugin was told of an end that neither side had asked for. */
  endedByNobody?: true
  /** The customer asked whether anyone is there, since an end or a message did not come by itself. */
  asked?: true
}

/** Longer than Sunco's attempts to deliver an event take here. */
const patienceMs = 50_000

const agents = [
  { id: '101', name: 'Ada' },
  { id: '102', name: 'Bob' },
] as const

const textOf = ({ payload }: { payload: Record<string, unknown> }): string => String(payload.text)

/**
 * A customer with their agents: escalates, talks both ways, and ends sessions, as the dice fall.
 * @param spend asked before each event; false when all events are spent
 */
export const playActor = async (
  world: World,
  number: number,
  random: Random,
  spend: () => boolean
): Promise<Played[]> => {
  const { app, plugin } = world
  const customer = plugin.customer({ id: `c${number}`, name: `Customer ${number}`, email: `c${number}@example.com` })
  const sessions: Played[] = []
  let said = 0
  const nextText = (who: string): string => `${who} ${number}.${++said}`

  const customerSays = async (session: Played, asks = false): Promise<void> => {
    const entry: Said = { text: nextText('customer'), from: Date.now(), until: Infinity, accepted: true, asks }
    session.byCustomer.push(entry)
    const lost = plugin.lost.length
    await customer.say(entry.text)
    entry.until = Date.now()
    entry.accepted = !plugin.lost.slice(lost).some(({ message }) => message.payload.text === entry.text)
  }
  const agentSays = async (session: Played): Promise<void> => {
    const agent = random.chance(0.85) ? agents[0] : agents[1]
    const text = nextText('agent')
    app.agent(agent).say(session.conversationId, text)
    session.byAgents.push({ agentId: agent.id, text })
    // Sunco stamps messages to the millisecond: two within one have no order to be kept.
    await sleep(2)
  }
  const heard = (text: string): boolean => customer.messages.some((m) => m.from === 'agent' && textOf(m) === text)
  /** A customer who waits in vain asks, which is when the integration looks for what it was never told. */
  const wait = async (session: Played, what: string, isThere: () => boolean): Promise<void> => {
    const wasSeen = await seen(what, isThere, patienceMs).then(
      () => true,
      () => false
    )
    if (wasSeen) return
    session.asked = true
    // What fails at the first question is left to the next one; what is not seen then is found by the comparison.
    for (let question = 0; question < 3 && !isThere(); question++) {
      await customerSays(session, true)
      await seen(what, isThere, patienceMs / 2).catch(() => undefined)
    }
  }
  const end = async (session: Played, by: 'agent' | 'customer'): Promise<void> => {
    session.endedBy = by
    if (by === 'agent') {
      app.agent(agents[0]).endSession(session.conversationId)
      await wait(session, 'the end', () => !customer.isWithAgent())
      return
    }
    // What an agent said just before the customer leaves is rightly dropped by the plugin: leave when all is heard.
    await wait(session, 'all that was said', () => session.byAgents.every(({ text }) => heard(text)))
    await hangUp(world, customer, session.downstreamId)
  }

  while (spend()) {
    const session = await escalate(world, customer, random)
    if (!session) continue
    sessions.push(session)
    const length = 4 + random.below(16)
    for (let step = 0; step < length && spend(); step++) {
      if (!customer.isWithAgent()) {
        session.endedByNobody = true
        return sessions
      }
      if (random.chance(0.5)) await customerSays(session)
      else for (let burst = random.below(3); burst >= 0; burst--) await agentSays(session)
      await sleep(random.below(150))
    }
    await end(session, random.chance(0.7) ? 'agent' : 'customer')
    // An end that never came leaves nothing to go on with; the comparison reports it.
    if (customer.isWithAgent()) break
  }
  return sessions
}

/** Where a handoff fails, the customer asks again, as customers do. */
const escalate = async (
  { installation }: World,
  customer: HitlCustomer,
  random: Random
): Promise<Played | undefined> => {
  await customer.escalate({ title: 'Soak' }).catch(() => sleep(random.below(200)))
  const downstreamId = customer.session()?.conversationId
  const conversationId = installation.conversations.get(downstreamId ?? '')?.tags.id
  if (!downstreamId || !conversationId) return undefined
  return { conversationId, downstreamId, byAgents: [], byCustomer: [] }
}

/** The customer leaves. Where that failed, the bot tries again, so that no ticket looks live for ever. */
const hangUp = async ({ installation }: World, customer: HitlCustomer, conversationId: string): Promise<void> => {
  try {
    await customer.end()
  } catch {
    for (let attempt = 0; attempt < 5; attempt++) {
      if ((await installation.tryAction('stopHitl', { conversationId })).status === 200) return
      await sleep(500)
    }
  }
}
