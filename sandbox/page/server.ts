import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { ZodError } from 'zod'
import type { Env } from '../loopback'
import type { Assets } from './assets'
import type { createCommands } from './commands'
import { DOCUMENTS } from './documents'
import type { Feed } from './feed'
import { FILE_LIMIT_BYTES, FILE_LIMIT_TEXT } from './limits'
import type { StoredFile, Uploads } from './uploads'

export type PageRoutesOptions = {
  assets: Assets
  feed: Feed
  commands: ReturnType<typeof createCommands>
  /** A file of the customers or of Agent Workspace. */
  file: (owner: 'attachments' | 'uploads', id: string) => StoredFile | undefined
  keep: Uploads['keep']
}

const PROJECT = path.resolve(__dirname, '../..')
const OWN_NAMES = ['127.0.0.1', 'localhost']
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/
const COMMAND_LIMIT_BYTES = 1024 * 1024
const ANYWHERE = ["'self'", 'http:', 'https:']

const textOf = (error: unknown): string => {
  if (error instanceof ZodError) return error.issues[0]?.message ?? 'That cannot be sent'
  return error instanceof Error ? error.message : String(error)
}

const limited = (maxSize: number, error: string) =>
  bodyLimit({ maxSize, onError: (context) => context.json({ error }, 413) })

/** The page, what it is told, and what it can do. Answers this computer's own pages only. */
export const pageRoutes = ({ assets, feed, commands, file, keep }: PageRoutesOptions): Hono<Env> => {
  const routes = new Hono<Env>()
  routes.use(
    secureHeaders({
      // Pictures of the agents lie on Sunco's and Botpress' servers, which are other origins.
      contentSecurityPolicy: {
        ...{ defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], connectSrc: ["'self'"] },
        ...{ imgSrc: ANYWHERE, mediaSrc: ANYWHERE },
        ...{ baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
      },
    })
  )
  // A page elsewhere may point a name of its own at this address, or post here without being able to read the answer.
  routes.use(async (context, next) => {
    const { hostname } = new URL(`http://${context.req.header('host') ?? ''}`)
    const isOwn = OWN_NAMES.includes(hostname) || context.req.path.startsWith('/uploads/')
    return isOwn ? next() : context.text('Only for this computer', 403)
  })

  routes.get('/', (context) => context.html(assets.html))
  routes.get('/style.css', (context) => context.body(assets.css, 200, { 'content-type': 'text/css; charset=utf-8' }))
  routes.get('/icon.svg', (context) => context.body(assets.icon, 200, { 'content-type': 'image/svg+xml' }))
  routes.get('/page.js', (context) =>
    context.body(assets.script, 200, { 'content-type': 'text/javascript; charset=utf-8' })
  )
  for (const name of Object.keys(DOCUMENTS))
    routes.get(`/documents/${name}`, async (context) => context.text(await readFile(path.join(PROJECT, name), 'utf8')))
  routes.get('/events', (context) =>
    streamSSE(context, async (stream) => {
      const stop = feed.subscribe(({ event, data }) => void stream.writeSSE({ event, data: JSON.stringify(data) }))
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      stop()
    })
  )
  for (const owner of ['attachments', 'uploads'] as const) {
    routes.get(`/${owner}/:id/:name`, (context) => {
      const stored = file(owner, context.req.param('id'))
      if (!stored) return context.text('Not found', 404)
      // Whatever was uploaded must not run as if it were a part of the page.
      return context.body(stored.bytes, 200, {
        'content-type': stored.mediaType,
        'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        'cross-origin-resource-policy': 'cross-origin',
      })
    })
  }
  // Another origin needs a leave for PUT as well.
  routes.put('/files/:name', limited(FILE_LIMIT_BYTES, FILE_LIMIT_TEXT), async (context) => {
    const { type = '' } = context.req.query()
    const mediaType = MEDIA_TYPE.test(type) ? type : 'application/octet-stream'
    const bytes = new Uint8Array(await context.req.arrayBuffer())
    return context.json({ id: keep({ name: context.req.param('name'), mediaType, bytes }) })
  })
  routes.post('/commands/:name', limited(COMMAND_LIMIT_BYTES, 'That is too long'), async (context) => {
    const run = Object.hasOwn(commands, context.req.param('name')) && commands[context.req.param('name')]
    if (!run) return context.json({ error: 'There is no such command' }, 404)
    // JSON from another origin needs a leave that is never given.
    if (!context.req.header('content-type')?.startsWith('application/json'))
      return context.json({ error: 'JSON is required' }, 415)
    try {
      return context.json(await run(await context.req.json()))
    } catch (error) {
      return context.json({ error: textOf(error) }, error instanceof ZodError ? 400 : 409)
    } finally {
      feed.changed()
    }
  })
  return routes
}
