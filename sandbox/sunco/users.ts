import { Hono } from 'hono'
import { z } from 'zod'
import { removeConversation } from './conversations'
import { ApiError, bodyOf, type ApiEnv } from './errors'
import { metadataField, patchedMetadata, uriField } from './fields'
import { findUser } from './lookup'
import { newId, type AppState, type User, type World } from './state'
import { linkUser } from './support-link'
import { truncatedUser } from './views'

/** Empty strings are invalid in a profile; null stands for "none". */
const nameField = z.string().min(1).max(128).nullish()

const profileField = z.object({
  givenName: nameField,
  surname: nameField,
  email: z.email().max(128).nullish(),
  avatarUrl: uriField.nullish(),
  locale: z.string().min(1).max(64).nullish(),
})

/** No `externalId`: it is set at creation and never again. */
const updateBody = z.object({
  signedUpAt: z.iso.datetime().optional(),
  toBeRetained: z.boolean().optional(),
  profile: profileField.optional(),
  metadata: metadataField,
})

const createBody = updateBody.extend({ externalId: z.string().min(1).max(1024).optional() })

export const removeUser = (world: World, app: AppState, user: User): void => {
  for (const conversation of app.conversations.values()) {
    if (conversation.participants.includes(user.id)) removeConversation(world, app, conversation)
  }
  app.users.delete(user.id)
  world.emit(app, { type: 'user:remove', payload: () => ({ user: truncatedUser(user) }) })
}

export const userRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.post('/users', async (context) => {
    const app = context.get('app')
    const { externalId, profile = {}, metadata, ...rest } = await bodyOf(context, createBody)
    if (externalId !== undefined && [...app.users.values()].some((user) => user.externalId === externalId))
      throw new ApiError(409, 'User already exists')
    const user: User = {
      id: newId(),
      externalId,
      authenticated: false,
      ...rest,
      profile,
      metadata: metadata ?? {},
      identities: [],
    }
    app.users.set(user.id, user)
    linkUser(app, user, 'atCreation')
    return context.json({ user }, 201)
  })
  routes.get('/users/:user', (context) =>
    context.json({ user: findUser(context.get('app'), context.req.param('user')) })
  )
  routes.patch('/users/:user', async (context) => {
    const user = findUser(context.get('app'), context.req.param('user'))
    const { profile, metadata, ...rest } = await bodyOf(context, updateBody)
    const merged = patchedMetadata(user.metadata, metadata)
    Object.assign(user, rest, { profile: { ...user.profile, ...profile }, metadata: merged })
    return context.json({ user })
  })
  routes.delete('/users/:user', (context) => {
    removeUser(world, context.get('app'), findUser(context.get('app'), context.req.param('user')))
    return context.json({})
  })
  return routes
}
