import type { Actions, HandlerContext, Installation } from '../botpress'
import type { ConversationRecord } from '../session/tags'
import { shorten } from '../text/split'
import { supportClientOf } from './configuration'
import type { SessionToSettle } from './due'
import { sessionTagOf } from './session-tag'

// The optional connection to Zendesk Support. Nothing outside this folder imports another file of it. Without an OAuth
// client in the configuration, nothing that makes calls is loaded, and nobody is asked.

export type { SessionToSettle }

type Configured = Pick<HandlerContext, 'ctx'>

const isConfigured = ({ ctx }: Configured): boolean => supportClientOf(ctx) !== undefined

export const checkAvailability: Actions['checkAvailability'] = async (props) => {
  if (!isConfigured(props)) return { status: 'unknown', reason: 'notConfigured' }
  return (await import('./availability')).checkAvailability(props)
}

export const getTicket: Actions['getTicket'] = async (props) => {
  if (!isConfigured(props)) return { reason: 'notConfigured' }
  return (await import('./tickets')).getTicket(props)
}

/** Longest subject, in characters; Zendesk documents no limit. */
const longestSubject = 150

/**
 * What a handoff prepares, so that its ticket can be found and named later, without asking Zendesk Support: tags for
 * the ticket, and tags for the conversation.
 */
export const prepareTicket = (
  context: Configured,
  suncoConversationId: string,
  title: string | undefined
): { ticketTags: string[]; conversationTags: ConversationRecord['tags'] } => {
  if (!isConfigured(context)) return { ticketTags: [], conversationTags: {} }
  const ticketSubject = title && shorten(title.trim(), longestSubject)
  return {
    ticketTags: [sessionTagOf(suncoConversationId)],
    conversationTags: { ticketDue: 'true', ...(ticketSubject && { ticketSubject }) },
  }
}

/**
 * Sees to the tickets of sessions: finds them, gives them their subjects, and notes the end. To be called when nobody
 * waits. Never rejects; takes seconds at most. What could not be done is tried again by {@link settleDueTickets}.
 */
export const settleTickets = async (context: HandlerContext, sessions: SessionToSettle[]): Promise<void> => {
  if (sessions.length > 0 && isConfigured(context)) await (await import('./due')).settleTickets(context, sessions)
}

/**
 * Sees to what is left to be done with the tickets of all sessions, the newest first; goes on where the last run
 * stopped. Never rejects; takes seconds at most.
 */
export const settleDueTickets = async (context: HandlerContext, installation: Installation): Promise<void> => {
  if (isConfigured(context)) await (await import('./due')).settleDueTickets(context, installation)
}

/**
 * Looks whether the connection works and says in the log what will be missing where it does not: a set-up must not fail
 * because of it. Returns what is to be kept with the installation. Never rejects.
 * @param subdomain the one that the app names
 */
export const examineConnection = async (
  context: HandlerContext,
  subdomain: string | undefined
): Promise<Pick<Installation, 'subdomain' | 'isRoutingOn'>> => {
  const { supportClientId, supportClientSecret, noteOnEnd } = context.ctx.configuration
  if (isConfigured(context)) return (await import('./examine')).examine(context, subdomain)
  if (supportClientId?.trim() || supportClientSecret?.trim() || noteOnEnd) {
    context.logger
      .forBot()
      .warn('Zendesk Support is not connected: it takes both Support Client ID and Support Client Secret.')
  }
  return {}
}
