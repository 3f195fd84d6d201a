import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from '../sandbox/botpress'
import type { HitlCustomer } from '../sandbox/botpress/hitl-plugin'
import { seen, type World } from '../sandbox/world'
import type { Random } from './random'
import { markOf } from './words'

/** A customer's message, with the times from which until which it was on its way, in milliseconds since 1970. */
export type Said = {
  text: string
  from: number
  until: number
  /** False where it was reported as failed. */
  accepted: boolean
  /** Said when the agent had ended the session and the customer did not know: it must not open the ticket again. */
  afterEnd: boolean
}

/** One session with what was said in it, in order. */
export type Played = {
  conversationId: string
  /** Botpress id. */
  downstreamId: string
  endedBy?: 'agent' | 'customer'
  byAgents: { agentId: string; text: string }[]
  byCustomer: Said[]
  /** The session was over, on one side or the other, although neither had ended it. */
  endedByNobody?: true
  /** An end that did not come by itself, since Sunco had given it up, was passed on when the customer spoke. */
  asked?: true
  /** What did not come by itself was left to the `register` that Botpress calls hourly. */
  hourly?: true
}

export type ActorOptions = {
  world: World
  number: number
  random: Random
  /** Asked before each event; false when all events are spent. */
  spend: () => boolean
  /**
   * Whether the customer may speak in the moment after the agent's end. Only where Sunco shows at once who holds
   * control.
   */
  speaksAfterEnd: boolean
}

/** Longer than Sunco's attempts to deliver an event take here. */
const patienceMs = 25_000
/** As many hours as a customer waits at most. */
const mostHours = 4

export const agents = [
  { id: '101', name: 'Ada' },
  { id: '102', name: 'Bob' },
] as const

/** A customer with their agents: escalates, talks both ways, and ends sessions, as the dice fall. */
export const playActor = async ({ world, number, random, spend, speaksAfterEnd }: ActorOptions): Promise<Played[]> => {
  const { app, plugin, installation, sunco } = world
  const customer = plugin.customer({ id: `c${number}`, name: `Customer ${number}`, email: `c${number}@example.com` })
  const sessions: Played[] = []
  let said = 0
  const nextText = (who: string): string => `${who} ${number}.${++said}`

  const customerSays = async (session: Played, afterEnd = false): Promise<void> => {
    const entry: Said = { text: nextText('customer'), from: Date.now(), until: Infinity, accepted: true, afterEnd }
    session.byCustomer.push(entry)
    const lost = plugin.lost.length
    await customer.say(entry.text)
    entry.until = Date.now()
    entry.accepted = !plugin.lost.slice(lost).some(({ message }) => message.payload.text === entry.text)
  }
  /** Three quick texts, none of which waits for the one before. */
  const customerHurries = async (session: Played): Promise<void> => {
    const underWay: Promise<void>[] = []
    for (let n = 0; n < 3; n++) {
      underWay.push(customerSays(session))
      // Botpress stamps messages to the millisecond: two within one have no order to be kept.
      await sleep(5)
    }
    await Promise.all(underWay)
  }
  const anAgent = () => (random.chance(0.85) ? agents[0] : agents[1])
  const agentSays = (session: Played, agent = anAgent()): void => {
    const text = nextText('agent')
    app.agent(agent).say(session.conversationId, text)
    session.byAgents.push({ agentId: agent.id, text })
  }
  /** A text with a picture makes two messages at the same instant; their ids tell their order. */
  const agentShows = (session: Played): void => {
    const agent = anAgent()
    agentSays(session, agent)
    const [name, mediaType] = [nextText('picture'), 'image/png']
    const { uploadFile, say } = app.agent(agent)
    const { mediaUrl } = uploadFile(session.conversationId, { name, mediaType, bytes: new Uint8Array([0]) })
    say(session.conversationId, { type: 'image', mediaUrl, mediaType, altText: name })
    session.byAgents.push({ agentId: agent.id, text: name })
  }
  const agentHurries = async (session: Played): Promise<void> => {
    const one = random.chance(0.8) ? anAgent() : undefined
    for (let n = random.below(4); n >= 0; n--) {
      agentSays(session, one)
      await sleep(4)
    }
  }
  const playStep = async (session: Played): Promise<void> => {
    const die = random.next()
    if (die < 0.35) await customerSays(session)
    else if (die < 0.5) await customerHurries(session)
    else if (die < 0.6) agentShows(session)
    else await agentHurries(session)
  }

  const heard = (text: string): boolean => customer.messages.some((m) => m.from === 'agent' && markOf(m) === text)
  const comes = (withinMs: number, isThere: () => boolean): Promise<boolean> =>
    seen('what is waited for', isThere, withinMs).catch(() => false)
  /** Waits no longer than events of the session are under way, and for the moment that the plugin takes. */
  const arrives = async ({ conversationId }: Played, isThere: () => boolean): Promise<boolean> => {
    await comes(patienceMs, () => isThere() || !sunco.isDelivering(conversationId))
    return comes(2_000, isThere)
  }
  /** What never comes is found by the comparison. */
  const waitForHours = async (session: Played, isThere: () => boolean): Promise<void> => {
    session.hourly = true
    for (let hour = 0; hour < mostHours && !isThere(); hour++) {
      makeOlder(installation, session.downstreamId)
      await installation.register()
      await comes(2_000, isThere)
    }
  }
  const waitForWords = async (session: Played): Promise<void> => {
    const areHeard = (): boolean => session.byAgents.every(({ text }) => heard(text))
    if (!(await arrives(session, areHeard))) await waitForHours(session, areHeard)
  }
  const waitForEnd = async (session: Played): Promise<void> => {
    const isOver = (): boolean => !customer.isWithAgent()
    if (await arrives(session, isOver)) return
    if (random.chance(0.5)) {
      session.asked = true
      await customerSays(session, true)
      if (await comes(2_000, isOver)) return
    }
    await waitForHours(session, isOver)
  }
  const end = async (session: Played, by: 'agent' | 'customer'): Promise<void> => {
    session.endedBy = by
    if (by === 'agent') {
      app.agent(agents[0]).endSession(session.conversationId)
      if (speaksAfterEnd && random.chance(0.3)) {
        await sleep(random.below(100))
        if (customer.isWithAgent()) await customerSays(session, true)
      }
      return waitForEnd(session)
    }
    // What an agent said just before the customer leaves is rightly dropped by the plugin: leave when all is heard.
    await waitForWords(session)
    await hangUp(world, customer, session.downstreamId)
  }

  const isLive = ({ conversationId }: Played): boolean =>
    customer.isWithAgent() && app.tickets.some((one) => one.conversationId === conversationId && one.sessionActive)

  while (spend()) {
    const session = await escalate(world, customer, random)
    if (!session) continue
    sessions.push(session)
    const length = 4 + random.below(16)
    for (let step = 0; step < length && spend(); step++) {
      // The second look: agents cannot speak where their session ended in the middle of the step.
      const goesOn =
        isLive(session) &&
        (await playStep(session).then(
          () => true,
          () => false
        ))
      if (!goesOn) {
        session.endedByNobody = true
        return sessions
      }
      await sleep(random.below(150))
    }
    await end(session, random.chance(0.7) ? 'agent' : 'customer')
    // An end that never came leaves nothing to go on with; the comparison reports it.
    if (customer.isWithAgent()) break
  }
  return sessions
}

/** Makes a session a minute older than it is: `register` leaves alone what is younger than half a minute. */
export const makeOlder = ({ conversations }: Installation, downstreamId: string): void => {
  const found = conversations.get(downstreamId)
  const createdAt = new Date(Date.now() - 60_000).toISOString()
  if (found && found.createdAt > createdAt) conversations.set(downstreamId, { ...found, createdAt })
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
