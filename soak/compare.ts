import type { Message } from '../sandbox/botpress'
import type { World } from '../sandbox/world'
import { agents, type Played, type Said } from './actor'
import { markOf } from './words'

/** The known limits that a comparison allows for, each with how often that was needed. */
export type Allowed = {
  /** Customers' messages that died with the function that carried them: Botpress hands each over once. */
  killed: number
  /** Sessions in which a customer's message was passed by later ones, having been on its way for too long. */
  passed: number
}

export type Comparison = { differences: string[]; allowed: Allowed }

/** A message that has been on its way for longer is given up by those behind it, which pass, in milliseconds. */
const passedAfterMs = 3_500

/** Runs of the same agent, each of which is announced once. */
const announcementsDue = (byAgents: Played['byAgents']): string[] =>
  byAgents.map(({ agentId }) => agentId).filter((id, index, all) => id !== all[index - 1])

const difference = (what: string, said: string[], has: string[]): string[] => {
  if (said.length === has.length && said.every((text, index) => text === has[index])) return []
  const missing = said.filter((text) => !has.includes(text))
  const twice = has.filter((text, index) => has.indexOf(text) !== index)
  const strange = has.filter((text) => !said.includes(text))
  const found = { missing, twice, strange }
  const [kind] = (['missing', 'twice', 'strange'] as const).filter((one) => found[one].length > 0)
  if (kind) return [`${what}: ${kind}: ${found[kind].slice(0, 3).join(', ')}`]
  const firstOdd = said.findIndex((text, index) => text !== has[index])
  const around = (texts: string[]): string => texts.slice(firstOdd, firstOdd + 4).join(' ')
  return [`${what}: out of order: ${around(said)} / ${around(has)}`]
}

/** How an event's deliveries went, for the search after what is missing: `1:503@12.345 2:200@14.000`. */
const deliveriesOf = ({ app }: World, type: string, marker: string): string =>
  app.deliveries
    .filter(({ events }) =>
      events.some((event) => event.type === type && JSON.stringify(event.payload).includes(marker))
    )
    .map(({ attempt, status, at }) => `${attempt}:${status}@${new Date(at).toISOString().slice(14, 23)}`)
    .join(' ')

/** The customer's messages as Zendesk has them. */
const inZendesk = ({ app }: World, conversationId: string): string[] =>
  (app.conversations.get(conversationId)?.messages ?? [])
    .filter(({ author }) => author.type === 'user')
    .map(({ content }) => String(content.text))

const times = (said: Said[], texts: string[]): string =>
  said
    .filter(({ text }) => texts.includes(text))
    .map(({ text, from, until }) => `${text} ${new Date(from).toISOString().slice(14, 23)}+${until - from}`)
    .join(', ')

const isSlow = ({ from, until }: Said): boolean => until - from > passedAfterMs

/** Those that stand in Zendesk below a message that was said after them. */
const passedBy = (said: Said[], there: string[]): Said[] => {
  const place = ({ text }: Said): number => there.indexOf(text)
  return said.filter((one, index) => said.slice(index + 1).some((later) => place(later) < place(one)))
}

/**
 * What the customer said against what Zendesk has. A message that was reported as failed may be there or not, but not
 * twice; what was said after the agent's end must not be there, for it would open the ticket again.
 */
const compareCustomer = (world: World, { conversationId, byCustomer }: Played, killed: Set<string>): Comparison => {
  const name = `session ${conversationId}`
  const there = inZendesk(world, conversationId)
  const dead = byCustomer.filter(({ accepted, afterEnd }) => !accepted && !afterEnd)
  const said = byCustomer.filter(({ accepted, text }) => accepted || there.includes(text))
  const texts = said.map(({ text }) => text)
  const what = `${name}, customer to agents`
  const found = difference(what, texts, there)
  const isComplete = difference(what, texts.toSorted(), there.toSorted()).length === 0
  const isPassed = found.length > 0 && isComplete && passedBy(said, there).every(isSlow)
  const odd = dead.filter(({ text }) => !killed.has(text)).map(({ text }) => text)
  const ghosts = byCustomer.filter(({ text, afterEnd }) => afterEnd && there.includes(text)).map(({ text }) => text)
  return {
    allowed: { killed: dead.length - odd.length, passed: isPassed ? 1 : 0 },
    differences: [
      ...(isPassed ? [] : found),
      ...(isPassed || found.length === 0 ? [] : [`${name}, said: ${times(byCustomer, texts)}`]),
      ...odd.map((text) => `${name}: ${text} was reported as failed by a function that lived: ${times(dead, [text])}`),
      ...ghosts.map((text) => `${name}: ${text} was posted although the agent had ended the session`),
    ],
  }
}

const arrivedIn = ({ installation }: World, { downstreamId }: Played): Message[] =>
  [...installation.messages.values()].filter(
    ({ conversationId, direction }) => conversationId === downstreamId && direction === 'incoming'
  )

/** What the agents said, and who was announced, against what Botpress has. */
const compareAgents = (world: World, session: Played): string[] => {
  const { installation } = world
  const { conversationId, downstreamId, byAgents } = session
  const name = `session ${conversationId}`
  const agentOf = (userId: unknown): string => installation.users.get(String(userId))?.tags.agentId ?? '?'
  const arrived = arrivedIn(world, session)
  const texts = arrived.map(markOf)
  const assigned = [...installation.events.values()]
    .filter(({ type, payload }) => type === 'hitlAssigned' && payload.conversationId === downstreamId)
    .map(({ payload }) => agentOf(payload.userId))
  const due = announcementsDue(byAgents)
  const misattributed = arrived.filter(
    (message) => byAgents.find(({ text }) => text === markOf(message))?.agentId !== agentOf(message.userId)
  )
  const missing = byAgents.filter(({ text }) => !texts.includes(text))
  return [
    ...difference(
      `${name}, agents to customer`,
      byAgents.map(({ text }) => text),
      texts
    ),
    ...missing.map(
      ({ text }) => `${name}, deliveries of ${text}: ${deliveriesOf(world, 'conversation:message', `"${text}"`)}`
    ),
    ...misattributed.map((message) => `${name}: ${markOf(message)} came under another agent’s name`),
    ...(due.join() === assigned.join()
      ? []
      : [`${name}, announcements: due ${due.join(' ')}, came ${assigned.join(' ')}`]),
  ]
}

/** How the session ended, in Botpress, in Zendesk, and in the tags that the bot reads. */
const compareEnd = (world: World, { conversationId, downstreamId, endedBy, endedByNobody }: Played): string[] => {
  const { app, installation } = world
  const name = `session ${conversationId}`
  const stops = [...installation.events.values()].filter(
    ({ type, payload }) => type === 'hitlStopped' && payload.conversationId === downstreamId
  ).length
  const { endReason, live } = installation.conversations.get(downstreamId)?.tags ?? {}
  const reason = endedBy && { agent: 'released', customer: 'stopHitl' }[endedBy]
  return [
    ...(endedByNobody ? [`${name}: ended although nobody had ended it`] : []),
    ...(endedBy === 'agent' && stops !== 1
      ? [`${name}: ${stops} ends; deliveries: ${deliveriesOf(world, 'switchboard:releaseControl', conversationId)}`]
      : []),
    ...(endedBy === 'customer' && stops > 0 ? [`${name}: ${stops} ends told to the customer who had left`] : []),
    ...(endReason === reason ? [] : [`${name}: its end reason is ${endReason}, not ${reason}`]),
    ...(live ? [`${name}: its conversation still bears the tag of a live session`] : []),
    ...(app.tickets.some((ticket) => ticket.conversationId === conversationId && ticket.sessionActive)
      ? [`${name}: the ticket still looks live`]
      : []),
  ]
}

/** Every line of an agent's that the customer reads has to stand below the notice that this agent joined. */
const compareTranscripts = ({ plugin }: World, customerCount: number): string[] =>
  Array.from({ length: customerCount }, (_, number) => `c${number}`).flatMap((customerId) => {
    let joined = ''
    return plugin.transcriptOf(customerId).flatMap(({ from, agentName, ...message }) => {
      const notice = from === 'notice' ? markOf(message) : ''
      joined = agents.find(({ name }) => notice.startsWith(`${name} has joined`))?.name ?? joined
      const isOdd = from === 'agent' && agentName !== joined
      return isOdd ? [`${customerId} read ${markOf(message)} of ${agentName} while ${joined} was announced`] : []
    })
  })

/** What the plugin had no use for: it came before the session began or after it was over. */
const compareDropped = ({ plugin }: World): string[] =>
  plugin.dropped.map((dropped) =>
    dropped.kind === 'message'
      ? `the plugin dropped the message ${markOf(dropped.message)}: ${dropped.reason}`
      : `the plugin dropped ${dropped.event.type} of ${String(dropped.event.payload.conversationId)}: ${dropped.reason}`
  )

/**
 * What one side said against what the other side has, session by session: a line per difference.
 * @param killed customers' messages that a function carried when it was killed
 */
export const compare = (world: World, sessions: Played[], customerCount: number, killed: Set<string>): Comparison => {
  const ofCustomers = sessions.map((session) => compareCustomer(world, session, killed))
  const sum = (kind: keyof Allowed): number => ofCustomers.reduce((total, { allowed }) => total + allowed[kind], 0)
  return {
    allowed: { killed: sum('killed'), passed: sum('passed') },
    differences: [
      ...sessions.flatMap((session, n) => [
        ...compareAgents(world, session),
        ...(ofCustomers[n]?.differences ?? []),
        ...compareEnd(world, session),
      ]),
      ...compareTranscripts(world, customerCount),
      ...compareDropped(world),
    ],
  }
}
