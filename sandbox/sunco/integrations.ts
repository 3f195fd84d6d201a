import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { appScope } from './auth'
import { ApiError, bodyOf, notFound, type ApiEnv } from './errors'
import { displayNameField } from './fields'
import { pageOf } from './paging'
import { newId, newSecret, type AppState, type Integration, type Webhook } from './state'

/** "An app is limited to 10 webhooks." */
const MAX_WEBHOOKS = 10

const webhookBody = z.object({
  target: z.url({ protocol: /^https?$/ }),
  triggers: z.array(z.string()),
  includeFullUser: z.boolean().default(false),
  includeFullSource: z.boolean().default(false),
})

const webhookChange = z.object({
  target: webhookBody.shape.target.optional(),
  triggers: webhookBody.shape.triggers.optional(),
  includeFullUser: z.boolean().optional(),
  includeFullSource: z.boolean().optional(),
})

const createBody = z.object({
  type: z.literal('custom', 'Invalid integration type'),
  displayName: displayNameField,
  webhooks: z.array(webhookBody).length(1),
})

/** Sunco's older guide: a HEAD request is sent to a new target to see that a service answers there. */
const requireAnswer = async (target: string): Promise<void> => {
  try {
    await fetch(target, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5000) })
  } catch {
    throw new ApiError(400, 'target: no service answers there')
  }
}

/** The limit is documented, its error is not; the code follows that of the switchboard's limit. */
const requireRoom = (app: AppState): void => {
  const count = [...app.integrations.values()].reduce((sum, { webhooks }) => sum + webhooks.length, 0)
  if (count >= MAX_WEBHOOKS)
    throw new ApiError(400, `App has reached the max number of webhooks (${MAX_WEBHOOKS})`, 'too_many_webhooks')
}

const newWebhook = (body: z.output<typeof webhookBody>): Webhook => ({
  id: newId(),
  version: 'v2',
  ...body,
  secret: newSecret(),
})

/** `me` is the integration of the calling key, which sees no other integration's webhooks. */
const integrationIn = (context: Context<ApiEnv>): Integration => {
  const { scope, integrationId } = context.get('key')
  const asked = context.req.param('integration') ?? ''
  const id = asked === 'me' ? (integrationId ?? '') : asked
  if (scope === 'integration' && id !== integrationId) throw new ApiError(403, 'Forbidden')
  const integration = context.get('app').integrations.get(id)
  if (!integration) throw notFound('integration_not_found', 'Integration')
  return integration
}

const webhookIn = (context: Context<ApiEnv>): Webhook => {
  const webhook = integrationIn(context).webhooks.find(({ id }) => id === context.req.param('webhook'))
  if (!webhook) throw notFound('not_found', 'Resource')
  return webhook
}

export const integrationRoutes = (): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.post('/integrations', appScope, async (context) => {
    const app = context.get('app')
    const { webhooks, ...body } = await bodyOf(context, createBody)
    requireRoom(app)
    for (const { target } of webhooks) await requireAnswer(target)
    const integration: Integration = { id: newId(), ...body, status: 'active', webhooks: webhooks.map(newWebhook) }
    app.integrations.set(integration.id, integration)
    return context.json({ integration }, 201)
  })
  routes.get('/integrations', appScope, (context) => {
    const types = context.req.query('filter[types]')?.split(',')
    const all = [...context.get('app').integrations.values()].filter(({ type }) => !types || types.includes(type))
    const { items, ...rest } = pageOf(context, all)
    return context.json({ integrations: items, ...rest })
  })
  routes.get('/integrations/:integration', appScope, (context) => context.json({ integration: integrationIn(context) }))
  routes.patch('/integrations/:integration', appScope, async (context) => {
    const integration = integrationIn(context)
    Object.assign(integration, await bodyOf(context, z.object({ displayName: displayNameField })))
    return context.json({ integration })
  })
  routes.delete('/integrations/:integration', appScope, (context) => {
    // What becomes of a switchboard integration linked to it is undocumented; it stays, as an admin would find it.
    context.get('app').integrations.delete(integrationIn(context).id)
    return context.json({})
  })
  return routes
}

export const webhookRoutes = (): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  const path = '/integrations/:integration/webhooks'
  routes.post(path, async (context) => {
    const integration = integrationIn(context)
    if (integration.type !== 'custom') throw new ApiError(400, 'Only custom integrations have webhooks')
    const body = await bodyOf(context, webhookBody)
    requireRoom(context.get('app'))
    await requireAnswer(body.target)
    const webhook = newWebhook(body)
    integration.webhooks.push(webhook)
    return context.json({ webhook }, 201)
  })
  routes.get(path, (context) => context.json({ webhooks: integrationIn(context).webhooks }))
  routes.get(`${path}/:webhook`, (context) => context.json({ webhook: webhookIn(context) }))
  routes.patch(`${path}/:webhook`, async (context) => {
    const webhook = webhookIn(context)
    const change = await bodyOf(context, webhookChange)
    if (change.target !== undefined) await requireAnswer(change.target)
    Object.assign(webhook, change)
    return context.json({ webhook })
  })
  routes.delete(`${path}/:webhook`, (context) => {
    const { webhooks } = integrationIn(context)
    webhooks.splice(webhooks.indexOf(webhookIn(context)), 1)
    return context.json({})
  })
  return routes
}
