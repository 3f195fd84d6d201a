import { randomBytes } from 'node:crypto'
import type { World } from '../world'
import { schedulesFor, type OpeningHours } from './opening-hours'
import type { AgentView, Presence } from './view'

export const AGENTS: Pick<AgentView, 'id' | 'name'>[] = [
  { id: '9001', name: 'Ada Byron' },
  { id: '9002', name: 'Grace Okafor' },
  { id: '9003', name: 'Sam Rivera' },
]

/** Who is there, and when, as Zendesk Support knows it. */
export type Staff = {
  views: () => AgentView[]
  hours: () => OpeningHours
  setPresence: (agentId: string, presence: Presence) => void
  setHours: (hours: OpeningHours) => void
  /**
   * The integration keeps what it has read, agents for 30 seconds and hours for ten minutes, by its OAuth client. With
   * a new secret it reads anew, so that whoever changes something at the page sees what comes of it at once.
   */
  readAnew: () => void
}

export const createStaff = ({ account, installation }: Pick<World, 'account' | 'installation'>): Staff => {
  let hours: OpeningHours = 'open'
  let scheduleId = 1
  const readAnew = (): void => {
    account.clientSecret = randomBytes(32).toString('hex')
    const { configuration } = installation
    if (configuration.supportClientSecret !== undefined)
      installation.configuration = { ...configuration, supportClientSecret: account.clientSecret }
  }
  const setPresence: Staff['setPresence'] = (agentId, presence) => {
    const agent = AGENTS.find(({ id }) => id === agentId)
    if (!agent) throw new Error('There is no such agent')
    account.setAgent({ id: Number(agent.id), name: agent.name, groupIds: [], messaging: presence })
    readAnew()
  }
  const setHours: Staff['setHours'] = (chosen) => {
    hours = chosen
    scheduleId += 1
    account.schedules = schedulesFor(chosen, new Date(), scheduleId)
    readAnew()
  }
  for (const { id } of AGENTS) setPresence(id, 'online')
  setHours(hours)
  return {
    views: () =>
      AGENTS.map(({ id, name }) => ({ id, name, presence: account.agents.get(Number(id))?.messaging ?? 'offline' })),
    hours: () => hours,
    ...{ setPresence, setHours, readAnew },
  }
}
