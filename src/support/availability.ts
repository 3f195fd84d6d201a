import type { Actions } from '../botpress'
import { within } from '../platform/handle'
import { connectSupport, type SupportConnection } from './access'
import { findOnlineAgents, type OnlineAgents } from './agents'
import { describeFailure, failureReasonOf } from './error'
import { openingAt, type Opening } from './hours'
import { findSchedule } from './schedules'

type Input = Parameters<Actions['checkAvailability']>[0]['input']
type Output = Awaited<ReturnType<Actions['checkAvailability']>>
type Reason = Output['reason']

/** Nobody waits longer for the answer, in milliseconds. */
const budgetMs = 3_000
/** Named in place of a schedule, it says that hours do not matter. */
const noSchedule = 'none'

/** What one of the two questions came to: an answer, or the reason why there is none. */
type Finding<T> = { known: T } | { unknown: Reason; because?: string }

/**
 * Whether somebody can take a conversation now: business hours and agents, asked for side by side. `unavailable` only
 * where that is certain: the hours are known and off, or the list of agents was read to its end and nobody is there.
 * Never rejects.
 */
export const checkAvailability: Actions['checkAvailability'] = async (props) => {
  const { input, logger } = props
  const tell = (because: string): void => void logger.forBot().warn(`Availability is unknown: ${because}.`)
  try {
    const connection = await connectSupport(within(props, budgetMs))
    if (!connection) {
      tell('the subdomain of Zendesk is not known; enter it in the configuration')
      return { status: 'unknown', reason: 'notConfigured' }
    }
    const [hours, agents] = await Promise.all([findOpening(connection, input), findAgents(connection, input)])
    for (const finding of [hours, agents]) if ('because' in finding && finding.because) tell(finding.because)
    return { ...statusOf(hours, agents), ...openingOf(hours), ...agentsOf(agents) }
  } catch (error) {
    tell(describeFailure(error))
    return { status: 'unknown', reason: failureReasonOf(error) }
  }
}

const given = (value: string | undefined): string | undefined => value?.trim() || undefined

const finding = async <T>(look: () => Promise<Finding<T>>): Promise<Finding<T>> => {
  try {
    return await look()
  } catch (error) {
    return { unknown: failureReasonOf(error), because: describeFailure(error) }
  }
}

/** Undefined where hours do not matter. */
const findOpening = (connection: SupportConnection, { scheduleId }: Input): Promise<Finding<Opening | undefined>> =>
  finding<Opening | undefined>(async () => {
    const named = given(scheduleId)
    if (named?.toLowerCase() === noSchedule) return { known: undefined }
    const hours = await findSchedule(connection.support, named)
    if (hours.kind === 'unclear') return { unknown: 'hoursUnclear', because: hours.because }
    return { known: hours.kind === 'schedule' ? openingAt(hours.schedule, new Date()) : undefined }
  })

const findAgents = (connection: SupportConnection, { groupId }: Input): Promise<Finding<OnlineAgents>> =>
  finding<OnlineAgents>(async () => {
    const unclear = (because: string): Finding<OnlineAgents> => ({ unknown: 'agentsUnclear', because })
    const group = given(groupId)
    if (group !== undefined && !/^\d+$/.test(group)) return unclear('the group ID is not a number')
    const found = await findOnlineAgents(connection.support, group)
    if (found.agents.length > 0) return { known: found }
    if (!found.isWhole) return unclear('the list of agents is too long')
    if (found.hasUnclear) return unclear('agents are listed without their channels or groups')
    // Whether an account without omnichannel routing lists its agents is not documented.
    if (found.hasRows || connection.isRoutingOn) return { known: found }
    return unclear('no agents are listed, and omnichannel routing is not known to be on')
  })

const statusOf = (
  hours: Finding<Opening | undefined>,
  agents: Finding<OnlineAgents>
): Pick<Output, 'status' | 'reason'> => {
  if ('known' in hours && hours.known?.isOpen === false) return { status: 'unavailable', reason: 'outsideHours' }
  if ('known' in agents && agents.known.agents.length === 0) return { status: 'unavailable', reason: 'noAgentOnline' }
  if ('unknown' in agents) return { status: 'unknown', reason: agents.unknown }
  if ('unknown' in hours) return { status: 'unknown', reason: hours.unknown }
  return { status: 'available', reason: 'agentsOnline' }
}

const openingOf = (hours: Finding<Opening | undefined>): Pick<Output, 'openNow' | 'opensAt' | 'closesAt'> => {
  if (!('known' in hours) || !hours.known) return {}
  const { isOpen, opensAt, closesAt } = hours.known
  return {
    openNow: isOpen,
    ...(opensAt && { opensAt: opensAt.toISOString() }),
    ...(closesAt && { closesAt: closesAt.toISOString() }),
  }
}

/** Numbers only where they are whole: a part of them would be taken for all. */
const agentsOf = (found: Finding<OnlineAgents>): Pick<Output, 'onlineAgents' | 'freeSlots'> => {
  if (!('known' in found) || !found.known.isWhole || found.known.hasUnclear) return {}
  const slots = found.known.agents.map(({ freeSlots }) => freeSlots)
  const isCapacityKnown = slots.every((count): count is number => count !== undefined)
  return {
    onlineAgents: slots.length,
    ...(isCapacityKnown && { freeSlots: slots.reduce((sum, count) => sum + count, 0) }),
  }
}
