import * as z from 'zod/mini'
import type { HandlerContext, Installation } from '../botpress'
import { sideBySide } from '../platform/side-by-side'
import { accessOf } from './access'
import { openSupport, type SupportClient } from './client'
import { SupportError, type FailureReason } from './error'

/** Time for all of it, in milliseconds: `register` has other things to do. */
const budgetMs = 8_000

const me = z.object({ user: z.nullish(z.object({ id: z.nullish(z.number()), role: z.nullish(z.string()) })) })
const settings = z.object({
  settings: z.nullish(z.object({ routing: z.nullish(z.object({ enabled: z.nullish(z.boolean()) })) })),
})

const cures: Record<FailureReason, string> = {
  wrongClient:
    'Zendesk does not accept the OAuth client. Check Support Client ID (its Identifier) and Support Client Secret, and that the client is confidential',
  notAllowed:
    'the OAuth client may not do that. It needs the scopes "read" and "tickets:write", and has to be made by an admin',
  notSupported: 'Zendesk knows no such thing. Check Zendesk Subdomain, and whether your plan has it',
  tooManyRequests: 'Zendesk asks to be left alone for a while',
  noAnswer: 'Zendesk Support did not answer',
}

/** See `examineConnection` in `index.ts`. */
export const examine = async (
  context: HandlerContext,
  subdomain: string | undefined
): Promise<Pick<Installation, 'subdomain' | 'isRoutingOn'>> => {
  const { logger } = context
  const access = accessOf(context, subdomain)
  if (!access) {
    logger.forBot().warn('Zendesk Support is not connected: enter Zendesk Subdomain, which could not be found out.')
    return {}
  }
  const lacks = (what: string, { reason, status }: { reason: FailureReason; status?: number }): void =>
    void logger.forBot().warn(`${what}: ${cures[reason]} (${status ?? 'no answer'}).`)
  /** Undefined where it failed, which was said then. */
  const attempt = async <T>(what: string, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work
    } catch (error) {
      lacks(what, error instanceof SupportError ? error : { reason: 'noAnswer' })
      return undefined
    }
  }
  const support = openSupport(access, context.deadline.within(budgetMs))
  const isKnown = await attempt(
    'Zendesk Support is not connected',
    support.authorize().then(() => true)
  )
  const isRoutingOn = isKnown ? await look(support, context, attempt) : undefined
  return { ...(subdomain && { subdomain }), ...(isRoutingOn !== undefined && { isRoutingOn }) }
}

/** Tries the main reads once, so that a missing right is known before a customer needs it. */
const look = async (
  support: SupportClient,
  { logger }: HandlerContext,
  attempt: <T>(what: string, work: Promise<T>) => Promise<T | undefined>
): Promise<boolean | undefined> => {
  const anything = z.looseObject({})
  const [self, read] = await sideBySide([
    attempt('The user of the OAuth client could not be read', support.get('read own user', '/api/v2/users/me', me)),
    attempt(
      'Check Availability cannot always tell that nobody is online',
      support.get('read settings', '/api/v2/account/settings', settings)
    ),
    attempt(
      'Check Availability cannot count agents',
      support.get('list availabilities', '/api/v2/agent_availabilities?page[size]=1', anything)
    ),
    attempt(
      'Check Availability knows no business hours; pass "none" as its Schedule ID',
      support.get('list schedules', '/api/v2/business_hours/schedules', anything)
    ),
  ])
  // Zendesk answers this question to strangers too.
  const role = self?.user?.id ? self.user.role : undefined
  if (self && role !== 'admin') {
    logger
      .forBot()
      .warn('The OAuth client of Zendesk Support belongs to no admin: Check Availability will not be allowed to ask.')
  }
  return read?.settings?.routing?.enabled ?? undefined
}
