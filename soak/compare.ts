import type { World } from '../sandbox/world'
import type { Played } from './actor'

const textOf = ({ payload }: { payload: Record<string, unknown> }): string => String(payload.text)

/** Runs of the same agent, each of which is announced once. */
const announcementsDue = (byAgents: Played['byAgents']): string[] =>
  byAgents.map(({ agentId }) => agentId).filter((id, index, all) => id !== all[index - 1])

const difference = (what: string, said: string[], has: string[]): string[] => {
  if (said.length === has.length && said.every((text, index) => text === has[index])) return []
  const missing = said.filter((text) => !has.includes(text))
  const twice = has.filter((text, index) => has.indexOf(text) !== index)
  const kind = missing.length > 0 ? 'missing' : twice.length > 0 ? 'twice' : 'out of order'
  const firstOdd = said.findIndex((text, index) => text !== has[index])
  const around = (texts: string[]): string => texts.slice(firstOdd, firstOdd + 4).join(' ')
  const shown = missing.length > 0 ? missing : twice.length > 0 ? twice : [`${around(said)} / ${around(has)}`]
  return [`${what}: ${kind}: ${shown.slice(0, 3).join(', ')}`]
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
export const inZendesk = ({ app }: World, conversationId: string): string[] =>
  (app.conversations.get(conversationId)?.messages ?? [])
    .filter(({ author }) => author.type === 'user')
    .map(({ content }) => String(content.text))

/** Agents who were announced and announced again without another one between, and those who spoke and never were. */
const unorderedAnnouncements = (what: string, byAgents: Played['byAgents'], assigned: string[]): string[] => {
  const again = assigned.filter((id, index) => id === assigned[index - 1])
  const never = [...new Set(byAgents.map(({ agentId }) => agentId))].filter((id) => !assigned.includes(id))
  return [...again.map((id) => `${what}: twice: ${id}`), ...never.map((id) => `${what}: missing: ${id}`)]
}

/**
 * What one side said against what the other side has, session by session: a line per difference.
 * @param isOrdered false where several processes share the sessions, which keep the order each for itself
 */
export const compare = (world: World, sessions: Played[], isOrdered: boolean): string[] => {
  const arranged = (texts: string[]): string[] => (isOrdered ? texts : texts.toSorted())
  const { app, installation } = world
  const messages = [...installation.messages.values()]
  const events = [...installation.events.values()]
  return sessions.flatMap((session) => {
    const { conversationId, downstreamId, byAgents, byCustomer, endedBy, endedByNobody } = session
    const name = `session ${conversationId}`
    const arrived = messages
      .filter((message) => message.conversationId === downstreamId && message.direction === 'incoming')
      .map(textOf)
    const there = inZendesk(world, conversationId)
    // A message that the process died with is reported as failed; it may be there or not, but not twice.
    const uncertain = new Set(byCustomer.filter(({ accepted }) => !accepted).map(({ text }) => text))
    const said = byCustomer.map(({ text }) => text).filter((text) => !uncertain.has(text) || there.includes(text))
    const spoken = byAgents.map(({ text }) => text)
    const ofSession = events.filter((event) => event.payload.conversationId === downstreamId)
    const assigned = ofSession
      .filter(({ type }) => type === 'hitlAssigned')
      .map(({ payload }) => installation.users.get(String(payload.userId))?.tags.agentId ?? '?')
    const stops = ofSession.filter(({ type }) => type === 'hitlStopped').length
    return [
      ...difference(`${name}, agents to customer`, arranged(spoken), arranged(arrived)),
      ...spoken
        .filter((text) => !arrived.includes(text))
        .map((text) => `${name}, deliveries of ${text}: ${deliveriesOf(world, 'conversation:message', `"${text}"`)}`),
      ...difference(`${name}, customer to agents`, arranged(said), arranged(there)),
      ...(isOrdered
        ? difference(
            `${name}, announcements`,
            announcementsDue(byAgents).map((id, n) => `${n}:${id}`),
            assigned.map((id, n) => `${n}:${id}`)
          )
        : unorderedAnnouncements(`${name}, announcements`, byAgents, assigned)),
      ...(endedBy === 'agent' && stops !== 1
        ? [`${name}: ${stops} ends; deliveries: ${deliveriesOf(world, 'switchboard:releaseControl', conversationId)}`]
        : []),
      ...(endedByNobody ? [`${name}: ended although nobody had ended it`] : []),
      ...(endedBy === 'customer' && stops > 1 ? [`${name}: ${stops} ends after /end`] : []),
      ...(app.tickets.some((ticket) => ticket.conversationId === conversationId && ticket.sessionActive)
        ? [`${name}: the ticket still looks live`]
        : []),
    ]
  })
}
