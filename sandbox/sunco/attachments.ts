import { randomInt } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { keyOf } from './auth'
import { findConversation } from './lookup'
import { ApiError, bodyOf, notFound, type ApiEnv } from './errors'
import type { AppState, Attachment, SuncoMessage, World } from './state'

/** "File upload 50mb", by the documented table of request size limits. */
const FILE_LIMIT_BYTES = 50 * 1024 * 1024

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const newUlid = (): string => Array.from({ length: 26 }, () => CROCKFORD[randomInt(32)]).join('')

type Upload = Pick<Attachment, 'name' | 'mediaType' | 'bytes' | 'conversationId' | 'forMessage'>

export const storeAttachment = (world: World, app: AppState, upload: Upload): Attachment => {
  const id = newUlid()
  const folder = app.turned.has('mediaHost') ? 'media' : 'sc/attachments'
  const mediaUrl = `${world.url}/${folder}/v2/${id}/${encodeURIComponent(upload.name)}`
  const attachment = { id, mediaUrl, ...upload, isPrivate: app.privateAttachments }
  app.attachments.set(id, attachment)
  return attachment
}

/** The file behind a media URL of this server; undefined for addresses elsewhere. */
export const ownAttachment = (world: World, app: AppState, mediaUrl: string): Attachment | undefined => {
  if (!mediaUrl.startsWith(`${world.url}/sc/attachments/`)) return undefined
  const attachment = [...app.attachments.values()].find((known) => known.mediaUrl === mediaUrl)
  if (!attachment) throw new ApiError(400, 'mediaUrl: no such attachment')
  return attachment
}

/** An upload made `for=message` goes away with its message. */
export const deleteAttachmentOf = (app: AppState, message: SuncoMessage): void => {
  for (const { id, mediaUrl, forMessage } of app.attachments.values()) {
    if (forMessage && mediaUrl === message.content['mediaUrl']) app.attachments.delete(id)
  }
}

export const attachmentRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.post('/attachments', async (context) => {
    const app = context.get('app')
    const { access, for: purpose, conversationId } = context.req.query()
    if (access !== 'public') throw new ApiError(400, 'access: must be public')
    if (purpose !== undefined && purpose !== 'message') throw new ApiError(400, 'for: must be message')
    if (Number(context.req.header('content-length') ?? 0) > FILE_LIMIT_BYTES + 64 * 1024)
      throw new ApiError(413, 'Request entity too large')
    if (conversationId !== undefined) findConversation(app, conversationId)
    const form = await context.req.formData().catch(() => undefined)
    const source = form?.get('source')
    if (!(source instanceof File)) throw new ApiError(400, 'source: a file is required')
    if (source.size > FILE_LIMIT_BYTES) throw new ApiError(413, 'Request entity too large')
    const { mediaUrl, mediaType } = storeAttachment(world, app, {
      name: source.name,
      mediaType: source.type || 'application/octet-stream',
      bytes: new Uint8Array(await source.arrayBuffer()),
      conversationId,
      forMessage: purpose === 'message',
    })
    return context.json({ attachment: { mediaUrl, mediaType } }, 201)
  })
  routes.post('/attachments/remove', async (context) => {
    const { attachments } = context.get('app')
    const { mediaUrl } = await bodyOf(context, z.object({ mediaUrl: z.string() }))
    const found = [...attachments.values()].find((attachment) => attachment.mediaUrl === mediaUrl)
    if (!found) throw notFound('not_found', 'Attachment')
    attachments.delete(found.id)
    return context.json({})
  })
  return routes
}

/** Where media URLs lead. With private attachments on, an `Authorization` header of a Sunco key is required. */
export const mediaRoutes = (world: World): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>()
  routes.get('/sc/attachments/v2/:id/:name', (context) => {
    const app = [...world.apps.values()].find(({ attachments }) => attachments.has(context.req.param('id')))
    const attachment = app?.attachments.get(context.req.param('id'))
    if (!app || !attachment) throw notFound('not_found', 'Attachment')
    const isPrivate = app.privateAttachments || attachment.isPrivate
    if (isPrivate && app.turned.has('mediaWithKey')) throw new ApiError(403, 'Forbidden')
    if (isPrivate && keyOf(world, context.req.header('authorization')).appId !== app.appId)
      throw new ApiError(403, 'Forbidden')
    return context.body(attachment.bytes, 200, { 'content-type': attachment.mediaType })
  })
  return routes
}
