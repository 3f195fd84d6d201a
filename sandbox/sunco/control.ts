import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { changeControl } from './control-change'
import { defaultHolder } from './conversations'
import { findConversation } from './lookup'
import { ApiError, bodyOf, notFound, type ApiEnv } from './errors'
import { metadataField } from './fields'
import type { AppState, Conversation, Metadata, SwitchboardIntegration, World } from './state'
import { AGENT_WORKSPACE, agentWorkspaceHolds, currentTicket, leaveTicket, openTicket } from './tickets'
import { activeOf, pendingOf, truncatedConversation } from './views'

export type EndReason = 'ticketClosed' | 'transferToEmail'
type Details = { metadata?: Metadata | null; reason?: EndReason; error?: { code: string; message: string } }

const tell = (
  world: World,
  app: AppState,
  conversation: Conversation,
  action: string,
  { metadata, reason, error }: Details,
  formerly: (string | undefined)[] = []
): void =>
  world.emit(app, {
    type: `switchboard:${action}`,
    payload: () => ({
      // It tells of the change itself, so that it never lags.
      conversation: truncatedConversation(app, conversation, conversation),
      ...(metadata && { metadata }),
      ...(reason && { reason }),
      ...(error && { error }),
    }),
    conversation,
    formerly,
  })

/**
 * Makes the target active and everyone else standby, a pending one too. Repeating a pass changes nothing and tells
 * nothing, since passControl is documented as idempotent for a target given by id or name.
 */
export const passControl = (
  world: World,
  app: AppState,
  conversation: Conversation,
  target: SwitchboardIntegration,
  details: Details
): void => {
  const { activeId, pendingId } = conversation
  if (agentWorkspaceOpens(app, conversation, target)) conversation.openingMetadata = details.metadata ?? {}
  if (activeId !== target.id) {
    changeControl(conversation, { activeId: target.id, ...(app.turned.has('passEndsOffer') && { pendingId }) })
    // Whether the outgoing holder hears of it is not documented; without it a holder could not tell that it lost
    // control, and Botpress' own bridge relies on hearing of the end while it is pending.
    tell(world, app, conversation, 'passControl', details, [activeId, pendingId])
    leaveTicket(app, conversation, { ended: details.reason !== undefined })
  }
  openTicket(app, conversation)
}

/** Metadata counts only on the pass that opens the ticket, so not while one is being worked on. */
const agentWorkspaceOpens = (app: AppState, conversation: Conversation, target: SwitchboardIntegration): boolean =>
  target.integrationType === AGENT_WORKSPACE &&
  !(agentWorkspaceHolds(app, conversation) && currentTicket(app, conversation.id)?.sessionActive)

/** Nullifies the switchboard state. Those who were active or pending just before still hear of it. */
export const releaseControl = (world: World, app: AppState, conversation: Conversation, details: Details): void => {
  const { activeId, pendingId } = conversation
  changeControl(conversation, app.turned.has('releaseShown') ? { activeId: defaultHolder(app) } : {})
  conversation.openingMetadata = undefined
  tell(world, app, conversation, 'releaseControl', details, [activeId, pendingId])
  leaveTicket(app, conversation, { ended: true })
}

/** Changes of control after which an offer came too soon. */
const offeredTooSoon = new WeakSet<object>()

const isTooSoon = ({ turned }: AppState, { formerControl }: Conversation): boolean => {
  const latest = formerControl.at(-1)
  if (!turned.has('offerAtOnce') || !latest || offeredTooSoon.has(latest)) return false
  offeredTooSoon.add(latest)
  return true
}

const offerControl = (
  world: World,
  app: AppState,
  conversation: Conversation,
  target: SwitchboardIntegration,
  details: Details
): void => {
  if (target.id === conversation.activeId || isTooSoon(app, conversation)) {
    const message = 'Cannot offer control to the active switchboard integration.'
    const error = { code: 'switchboard_invalid_target', message }
    return tell(world, app, conversation, 'offerControl:failure', { ...details, error })
  }
  const formerly = conversation.pendingId
  changeControl(conversation, { activeId: conversation.activeId, pendingId: target.id })
  tell(world, app, conversation, 'offerControl', details, [formerly])
}

const acceptControl = (world: World, app: AppState, conversation: Conversation, details: Details): void => {
  const pending = pendingOf(app, conversation)
  if (!pending) {
    const error = { code: 'switchboard_invalid_action', message: 'There is no pendingSwitchboardIntegration' }
    return tell(world, app, conversation, 'acceptControl:failure', { ...details, error })
  }
  const formerly = conversation.activeId
  if (agentWorkspaceOpens(app, conversation, pending)) conversation.openingMetadata = details.metadata ?? {}
  changeControl(conversation, { activeId: pending.id })
  tell(world, app, conversation, 'acceptControl', details, [formerly])
  leaveTicket(app, conversation, { ended: false })
  openTicket(app, conversation)
}

/** "By its id, name or integrationType, in that order of precedence"; undefined for a `next` that is not set. */
export const findTarget = (
  app: AppState,
  conversation: Conversation,
  wanted: string
): SwitchboardIntegration | undefined => {
  const seats = [...app.switchboardIntegrations.values()]
  if (wanted === 'next')
    return app.switchboardIntegrations.get(activeOf(app, conversation)?.nextSwitchboardIntegrationId ?? '')
  const named = seats.find(({ id }) => id === wanted) ?? seats.find(({ name }) => name === wanted)
  if (named) return named
  const typed = seats.filter(({ integrationType }) => integrationType === wanted)
  if (typed.length > 1) throw new ApiError(400, `switchboardIntegration: ${wanted} is ambiguous`)
  if (!typed[0] && !app.turned.has('unknownTargetRefused'))
    throw notFound('switchboard_integration_not_found', 'SwitchboardIntegration')
  return typed[0]
}

const plainBody = z.object({ metadata: metadataField })
const targetBody = plainBody.extend({ switchboardIntegration: z.string().min(1) })

const requireSwitchboard = (app: AppState): void => {
  const [switchboard] = app.switchboards.values()
  if (!switchboard) throw notFound('switchboard_not_found', 'Switchboard')
  // Undocumented: what a control action meets on a disabled switchboard.
  if (!switchboard.enabled) throw new ApiError(400, 'Switchboard is disabled')
}

/** "When using integration auth scope, a 403 is returned" unless the caller's own integration has the seat. */
const requireSeat = (context: Context<ApiEnv>, seat: SwitchboardIntegration | undefined): void => {
  const { scope, integrationId } = context.get('key')
  if (scope === 'integration' && seat?.integrationId !== integrationId) throw new ApiError(403, 'Forbidden')
}

export const controlRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  const path = '/conversations/:conversation'
  for (const [action, act] of Object.entries({ passControl, offerControl })) {
    routes.post(`${path}/${action}`, async (context) => {
      const app = context.get('app')
      const conversation = findConversation(app, context.req.param('conversation') ?? '')
      const { switchboardIntegration, metadata } = await bodyOf(context, targetBody)
      requireSwitchboard(app)
      const target = findTarget(app, conversation, switchboardIntegration)
      const error = { code: 'switchboard_invalid_target', message: 'Switchboard invalid target' }
      if (target) act(world, app, conversation, target, { metadata })
      else tell(world, app, conversation, `${action}:failure`, { metadata, error })
      return context.json({})
    })
  }
  routes.post(`${path}/acceptControl`, async (context) => {
    const app = context.get('app')
    const conversation = findConversation(app, context.req.param('conversation'))
    const details = await bodyOf(context, plainBody)
    requireSwitchboard(app)
    requireSeat(context, pendingOf(app, conversation))
    acceptControl(world, app, conversation, details)
    return context.json({})
  })
  routes.post(`${path}/releaseControl`, async (context) => {
    const app = context.get('app')
    const conversation = findConversation(app, context.req.param('conversation'))
    const details = await bodyOf(context, plainBody)
    requireSwitchboard(app)
    requireSeat(context, activeOf(app, conversation))
    releaseControl(world, app, conversation, details)
    return context.json({})
  })
  return routes
}
