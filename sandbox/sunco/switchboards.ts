import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { appScope } from './auth'
import { ApiError, bodyOf, notFound, type ApiEnv } from './errors'
import { newId, type AppState, type Switchboard, type SwitchboardIntegration } from './state'

const MAX_SWITCHBOARD_INTEGRATIONS = 10

const updateBody = z
  .object({
    name: z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9_-]+$/)
      .optional(),
    integrationId: z.string().optional(),
    integrationType: z.string().optional(),
    deliverStandbyEvents: z.boolean().optional(),
    nextSwitchboardIntegrationId: z.string().nullish(),
    messageHistoryCount: z.int().min(1).max(10).nullish(),
  })
  .refine(
    ({ integrationId, integrationType }) => integrationId === undefined || integrationType === undefined,
    'integrationId and integrationType exclude each other'
  )

const createBody = updateBody
  .refine(({ name }) => name !== undefined, 'name is required')
  .refine(
    ({ integrationId, integrationType }) => integrationId !== undefined || integrationType !== undefined,
    'one of integrationId and integrationType is required'
  )

type Change = z.output<typeof updateBody>

const view = ({ switchboardId: _, ...seat }: SwitchboardIntegration): object => seat

const seatsOf = (app: AppState, switchboardId: string): SwitchboardIntegration[] =>
  [...app.switchboardIntegrations.values()].filter((seat) => seat.switchboardId === switchboardId)

const switchboardIn = (context: Context<ApiEnv>): Switchboard => {
  const switchboard = context.get('app').switchboards.get(context.req.param('switchboard') ?? '')
  if (!switchboard) throw notFound('switchboard_not_found', 'Switchboard')
  return switchboard
}

const seatIn = (context: Context<ApiEnv>): SwitchboardIntegration => {
  const seat = context.get('app').switchboardIntegrations.get(context.req.param('seat') ?? '')
  if (seat?.switchboardId !== switchboardIn(context).id)
    throw notFound('switchboard_integration_not_found', 'SwitchboardIntegration')
  return seat
}

const checkChange = (app: AppState, others: SwitchboardIntegration[], change: Change): void => {
  // That names are unique follows from their use as targets; the error for it is documented nowhere.
  if (others.some(({ name }) => name === change.name)) throw new ApiError(400, 'name: already in use')
  const next = change.nextSwitchboardIntegrationId
  if (next && !others.some(({ id }) => id === next))
    throw new ApiError(400, 'nextSwitchboardIntegrationId: no such switchboard integration')
  if (change.integrationId !== undefined && !app.integrations.has(change.integrationId))
    throw notFound('integration_not_found', 'Integration')
}

const linkOf = (app: AppState, change: Change): Partial<SwitchboardIntegration> => {
  const { integrationId, integrationType } = change
  if (integrationId !== undefined)
    return { integrationId, integrationType: app.integrations.get(integrationId)?.type ?? 'custom' }
  return integrationType === undefined ? {} : { integrationId: newId(), integrationType }
}

export const switchboardRoutes = (): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.use('/switchboards/*', appScope)
  routes.get('/switchboards', (context) =>
    context.json({ switchboards: [...context.get('app').switchboards.values()] })
  )
  const path = '/switchboards/:switchboard/switchboardIntegrations'
  routes.get(path, (context) =>
    context.json({ switchboardIntegrations: seatsOf(context.get('app'), switchboardIn(context).id).map(view) })
  )
  routes.post(path, async (context) => {
    const app = context.get('app')
    const switchboard = switchboardIn(context)
    const { name = '', ...body } = await bodyOf(context, createBody)
    const others = seatsOf(app, switchboard.id)
    checkChange(app, others, { name, ...body })
    if (others.length >= MAX_SWITCHBOARD_INTEGRATIONS) {
      const title = `Switchboard has reached the max number of switchboard integrations (${MAX_SWITCHBOARD_INTEGRATIONS})`
      throw new ApiError(400, title, 'too_many_switchboard_integrations')
    }
    const seat: SwitchboardIntegration = {
      id: newId(),
      switchboardId: switchboard.id,
      name,
      integrationId: '',
      integrationType: '',
      ...body,
      ...linkOf(app, body),
      deliverStandbyEvents: body.deliverStandbyEvents ?? true,
    }
    app.switchboardIntegrations.set(seat.id, seat)
    return context.json({ switchboardIntegration: view(seat) }, 201)
  })
  routes.patch(`${path}/:seat`, async (context) => {
    const app = context.get('app')
    const seat = seatIn(context)
    const change = await bodyOf(context, updateBody)
    const others = seatsOf(app, seat.switchboardId).filter(({ id }) => id !== seat.id)
    checkChange(app, others, change)
    Object.assign(seat, change, linkOf(app, change))
    return context.json({ switchboardIntegration: view(seat) })
  })
  routes.delete(`${path}/:seat`, (context) => {
    const app = context.get('app')
    const seat = seatIn(context)
    if (switchboardIn(context).defaultSwitchboardIntegrationId === seat.id)
      throw new ApiError(400, 'The default switchboard integration cannot be deleted')
    if (seatsOf(app, seat.switchboardId).some(({ nextSwitchboardIntegrationId: next }) => next === seat.id))
      throw new ApiError(400, 'The switchboard integration is the next one of another switchboard integration')
    // Conversations it was active in keep the stale id: a default is selected at their next activity, without an event.
    app.switchboardIntegrations.delete(seat.id)
    return context.json({})
  })
  return routes
}
