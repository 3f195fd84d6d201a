import { agentWorkspaceType, limits } from '../sunco/types'
import { shorten } from '../text/split'
import { isHttpUrl } from '../text/url'
import type { WebhookMessage } from './parse'

/** Set by Zendesk on what comes from Agent Workspace: the Support id of the agent, `__trigger`, or nothing. */
const agentIdKey = '__zendesk_msg.agent.id'
const trigger = '__trigger'

export type Agent = {
  /** Tells agents apart: Zendesk's id, else a stand-in that is told by {@link zendeskIdOf}. */
  id: string
  /** At most 128 characters; undefined where Zendesk names nobody. */
  name?: string
  pictureUrl?: string
}

const byName = 'name:'
/** Stands in for an agent of whom Zendesk tells neither id nor name. */
const nameless = `${byName}Agent`

/** The id of an agent in Zendesk, or undefined for a stand-in. */
export const zendeskIdOf = (agentId: string): string | undefined => (agentId.startsWith(byName) ? undefined : agentId)

export type Speaker =
  | { kind: 'agent'; agent: Agent }
  /** Agent Workspace without a person: queue notices, out-of-hours replies, surveys. */
  | { kind: 'automation' }
  /** The customer, ourselves, another API client, or one of Zendesk's bots. */
  | { kind: 'other' }

/**
 * Who said a message. Zendesk documents the author's subtypes for its REST answers only, so that both they and the
 * metadata of Agent Workspace count (observed in Zendesk's own SDK and by several integrators).
 */
export const speakerOf = ({ author, source, metadata }: WebhookMessage): Speaker => {
  if (author.type !== 'business') return { kind: 'other' }
  const subtypes = author.subtypes ?? []
  if (subtypes.includes('bot') || subtypes.includes('AI')) return { kind: 'other' }
  const fromAgentWorkspace = source?.type === agentWorkspaceType
  const zendeskId = metadata?.[agentIdKey]
  const agentId =
    (typeof zendeskId === 'string' || typeof zendeskId === 'number') && zendeskId !== trigger ? String(zendeskId) : ''
  const name = shorten(author.displayName?.trim() ?? '', limits.name) || undefined
  const pictureUrl = author.avatarUrl && isHttpUrl(author.avatarUrl) ? author.avatarUrl : undefined
  if (subtypes.includes('agent') || (fromAgentWorkspace && agentId)) {
    return { kind: 'agent', agent: { id: agentId || (name ? `${byName}${name}` : nameless), name, pictureUrl } }
  }
  return { kind: fromAgentWorkspace ? 'automation' : 'other' }
}
