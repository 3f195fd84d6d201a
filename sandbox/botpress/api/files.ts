import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { Env } from '../../loopback'
import { now, stamp, type Store, type StoredFile } from '../store'
import { ApiFailure } from './failure'
import { demand, pageOf, queryTags, readBody, type ApiEnv } from './request'
import { hasTags, tagsSchema } from './tags'

const upsert = z.object({
  key: z.string().min(1),
  size: z.number().int().nonnegative(),
  tags: tagsSchema.default({}),
  metadata: z.record(z.string(), z.unknown()).default({}),
  index: z.boolean().default(false),
  accessPolicies: z.array(z.enum(['public_content', 'integrations'])).default([]),
  contentType: z.string().default('application/octet-stream'),
  publicContentImmediatelyAccessible: z.boolean().default(false),
  /** "Must be in the future. Cannot be more than 90 days from now." */
  expiresAt: z.iso
    .datetime()
    .refine((at) => Date.parse(at) > Date.now() && Date.parse(at) <= Date.now() + 90 * 24 * 60 * 60_000)
    .optional(),
})

/** The API finds a file by its id or by its key. */
const demandFile = (store: Store, idOrKey: string): StoredFile =>
  [...store.files.values()].find(({ file }) => file.key === idOrKey) ?? demand(store.files, idOrKey, 'File')

export const fileRoutes = new Hono<ApiEnv>()
  .put('/', async (context) => {
    const { publicContentImmediatelyAccessible: taggedUpload, size, ...body } = await readBody(context, upsert)
    const { store } = context.var
    const former = [...store.files.values()].find(({ file }) => file.key === body.key)?.file
    const base = former ?? stamp('file')
    const { origin } = new URL(context.req.url)
    const file: StoredFile['file'] = {
      ...body,
      id: base.id,
      createdAt: base.createdAt,
      updatedAt: now(),
      botId: store.botId,
      url: `${origin}/files/${base.id}`,
      size: null,
      status: 'upload_pending',
      owner: { type: 'integration', name: store.alias, alias: store.alias },
    }
    store.files.set(file.id, { file, declaredSize: size, taggedUpload })
    return context.json({ file: { ...file, uploadUrl: `${origin}/uploads/${file.id}` } })
  })
  .get('/', (context) => {
    const ids = context.req.queries('ids')
    const tags = queryTags(context)
    const files = [...context.var.store.files.values()].map(({ file }) => file)
    const { items, meta } = pageOf(
      context,
      files.filter((file) => hasTags(file, tags) && (!ids || ids.includes(file.id)))
    )
    return context.json({ files: items, meta })
  })
  .get('/:id', (context) => context.json({ file: demandFile(context.var.store, context.req.param('id')).file }))
  .delete('/:id', (context) => {
    const { store } = context.var
    store.files.delete(demandFile(store, context.req.param('id')).file.id)
    return context.json({})
  })

/** The storage behind the API: bytes go up by a signed address and come down by the file's public one. */
export const fileContentRoutes = (stores: () => Store[]): Hono<Env> => {
  const storeOf = (context: Context<Env>, id: string): Store => {
    const store = stores().find(({ files }) => files.has(id))
    if (!store) throw new ApiFailure('ResourceNotFound', `No file at ${context.req.path}`)
    return store
  }
  return new Hono<Env>()
    .put('/uploads/:id', async (context) => {
      const content = await context.req.arrayBuffer()
      const { files } = storeOf(context, context.req.param('id'))
      const stored = demand(files, context.req.param('id'), 'File')
      if (stored.taggedUpload && context.req.header('x-amz-tagging') !== 'public=true') {
        throw new ApiFailure('Forbidden', 'The upload lacks the tagging that its address was signed for')
      }
      if (content.byteLength !== stored.declaredSize) {
        throw new ApiFailure('InvalidPayload', `${content.byteLength} bytes came instead of ${stored.declaredSize}`)
      }
      const file: StoredFile['file'] = { ...stored.file, size: content.byteLength, status: 'upload_completed' }
      files.set(file.id, { ...stored, file, content })
      return context.body(null, 200)
    })
    .get('/files/:id', (context) => {
      const { file, content } = demand(storeOf(context, context.req.param('id')).files, context.req.param('id'), 'File')
      if (!file.accessPolicies.includes('public_content')) throw new ApiFailure('Forbidden', 'The file is not public')
      if (!content) throw new ApiFailure('ResourceNotFound', 'The content was not uploaded yet')
      return context.body(content, 200, { 'content-type': file.contentType })
    })
}
