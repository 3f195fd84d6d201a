import type { Actions, HandlerContext, Installation } from '../botpress'
import { supportClientOf } from './configuration'
import { shorten } from '../text/split'
import { sessionTagOf } from './session-tag'

/**
 * The optional connection to Zendesk Support. Nothing outside this folder imports another file of it: without an OAuth
 * client in the configuration, nothing of it is loaded and nobody is asked.
 */

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

/** The subject of a ticket is as long at most, in characters: Zendesk documents no limit. */
const longestSubject = 150

/** What a handoff prepares, so that its ticket can be found and named later, without asking Zendesk Support. */
export const prepareTicket = (
  context: Configured,
  suncoConversationId: string,
  title: string | undefined
): { tags: string[]; subject?: string } => {
  if (!isConfigured(context)) return { tags: [] }
  const subject = title && shorten(title.trim(), longestSubject)
  return { tags: [sessionTagOf(suncoConversationId)], ...(subject && { subject }) }
}

/**
 * Sees to the ticket of a session: finds it, gives it its subject, and notes the end. To be called where nobody waits for it.
 * Never rejects; takes seconds at most.
 */
export const settleTicket = async (context: HandlerContext, conversationId: string): Promise<void> => {
  if (isConfigured(context)) await (await import('./tickets')).settleTicket(context, conversationId)
}

/**
 * Looks whether the connection works and says in the log what will be missing where it does not: a set-up must not fail
 * because of it. Returns what is to be kept with the installation. Never rejects.
 * @param subdomain the one that the app names
 */
export const examineConnection = async (
  context: HandlerContext,
  subdomain: string | undefined
): Promise<Pick<Installation, 'subdomain' | 'isRoutingOff'>> => {
  const { supportClientId, supportClientSecret, noteOnEnd } = context.ctx.configuration
  if (isConfigured(context)) return (await import('./examine')).examine(context, subdomain)
  if (supportClientId?.trim() || supportClientSecret?.trim() || noteOnEnd) {
    context.logger
      .forBot()
      .warn('Zendesk Support is not connected: it takes both Support Client ID and Support Client Secret.')
  }
  return {}
}
