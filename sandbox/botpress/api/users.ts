import { Hono } from 'hono'
import { z } from 'zod'
import { now, stamp, type Store, type User } from '../store'
import { demand, pageOf, queryTags, readBody, type ApiEnv } from './request'
import { findByTags, hasTags, mergeTags, refuseUndeclaredTags, tagsSchema } from './tags'

const profile = {
  name: z.string().optional(),
  pictureUrl: z.string().optional(),
}
const creation = z.object({ ...profile, tags: tagsSchema, attributes: z.record(z.string(), z.string()).optional() })
const lookup = creation.extend({ discriminateByTags: z.array(z.string()).optional() })
const change = z.object({
  ...profile,
  tags: tagsSchema.default({}),
  attributes: z.record(z.string(), z.string().nullable()).default({}),
})

const add = (store: Store, { tags, name, pictureUrl, attributes }: z.infer<typeof creation>): User => {
  const user = { ...stamp('user'), tags: mergeTags({}, tags), name, pictureUrl, attributes }
  store.users.set(user.id, user)
  return user
}

const update = (store: Store, user: User, { name, pictureUrl, tags, attributes }: z.infer<typeof change>): User => {
  const changed = {
    ...user,
    name: name ?? user.name,
    pictureUrl: pictureUrl ?? user.pictureUrl,
    tags: mergeTags(user.tags, tags),
    attributes: Object.fromEntries(
      Object.entries({ ...user.attributes, ...attributes }).filter(
        (entry): entry is [string, string] => entry[1] !== null
      )
    ),
    updatedAt: now(),
  }
  store.users.set(changed.id, changed)
  return changed
}

export const userRoutes = new Hono<ApiEnv>()
  .post('/', async (context) => {
    const body = await readBody(context, creation)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.user, body.tags)
    return context.json({ user: add(store, body) }, 201)
  })
  .post('/get-or-create', async (context) => {
    const { discriminateByTags, ...body } = await readBody(context, lookup)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.user, body.tags)
    const existing = findByTags(store.users.values(), body.tags, discriminateByTags)
    // Only tags are brought up to date: the name and the picture of a known user stay as they are.
    const user = existing ? update(store, existing, { tags: body.tags, attributes: {} }) : add(store, body)
    return context.json({ user })
  })
  .get('/', (context) => {
    const { store } = context.var
    const conversationId = context.req.query('conversationId')
    const members = conversationId === undefined ? undefined : (store.participants.get(conversationId) ?? new Set())
    const tags = queryTags(context)
    const { items, meta } = pageOf(
      context,
      [...store.users.values()].filter((user) => hasTags(user, tags) && (!members || members.has(user.id)))
    )
    return context.json({ users: items, meta })
  })
  .get('/:id', (context) => context.json({ user: demand(context.var.store.users, context.req.param('id'), 'User') }))
  .put('/:id', async (context) => {
    const body = await readBody(context, change)
    const { store } = context.var
    refuseUndeclaredTags(store.declaredTags.user, body.tags)
    return context.json({ user: update(store, demand(store.users, context.req.param('id'), 'User'), body) })
  })
  .delete('/:id', (context) => {
    const { store } = context.var
    const { id } = demand(store.users, context.req.param('id'), 'User')
    store.users.delete(id)
    for (const members of store.participants.values()) members.delete(id)
    return context.json({})
  })
