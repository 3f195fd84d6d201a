import { z } from 'zod'
import { ownAttachment } from './attachments'
import { ApiError } from './errors'
import { metadataField, uriField } from './fields'
import type { AppState, Content, Conversation, World } from './state'

const textField = z.string().max(4096)
const anyAction = z.looseObject({ type: z.enum(['buy', 'link', 'locationRequest', 'postback', 'reply', 'webview']) })
const itemAction = z.looseObject({ type: z.enum(['buy', 'link', 'postback', 'webview']) })
const rich = { text: textField.optional(), htmlText: textField.optional(), markdownText: textField.optional() }
const media = { mediaUrl: uriField, altText: z.string().max(128).optional(), ...rich }

const itemField = z.object({
  title: z.string().min(1).max(128),
  description: z.string().max(128).optional(),
  mediaUrl: uriField.optional(),
  mediaType: z.string().max(128).optional(),
  altText: z.string().max(128).optional(),
  size: z.enum(['compact', 'large']).optional(),
  actions: z.array(itemAction).min(1).max(3),
  metadata: metadataField,
})

const formField = z.looseObject({
  type: z.enum(['text', 'email', 'select']),
  name: z.string().min(1).max(128),
  label: z.string().min(1).max(128),
  options: z.array(z.looseObject({})).max(200).optional(),
})

/** What a client of the API can post; `formResponse` is for channels only ("cannot be sent through the API"). */
export const contentField = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('text'),
      ...rich,
      blockChatInput: z.boolean().optional(),
      actions: z.array(anyAction).optional(),
      payload: z.string().optional(),
    }),
    z.object({ type: z.literal('image'), ...media, actions: z.array(anyAction).optional() }),
    z.object({ type: z.literal('file'), ...media }),
    z.object({
      type: z.literal('location'),
      coordinates: z.object({ lat: z.number(), long: z.number() }),
      location: z.object({ address: z.string().optional(), name: z.string().optional() }).optional(),
    }),
    z.object({
      type: z.literal('carousel'),
      items: z.array(itemField).min(1).max(10),
      displaySettings: z.looseObject({}).optional(),
    }),
    z.object({
      type: z.literal('list'),
      items: z.array(itemField).min(1).max(10),
      actions: z.array(itemAction).min(1).max(10).optional(),
    }),
    z.object({ type: z.literal('form'), fields: z.array(formField).min(1).max(20), text: z.string().optional() }),
    z.object({ type: z.literal('template'), template: z.looseObject({}) }),
  ])
  .refine(
    (content) => !('htmlText' in content && 'markdownText' in content),
    'htmlText cannot be used with markdownText'
  )
  .refine(
    (content) =>
      content.type !== 'text' || Boolean(content.text ?? content.htmlText ?? content.markdownText ?? content.actions),
    'text is required unless actions, htmlText or markdownText is provided'
  )

type PostedContent = z.output<typeof contentField>

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Enough of Markdown for a sandbox: emphasis, code, links, headings and line breaks. */
const toHtml = (markdown: string): string => {
  const inline = markdown
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/^(#{1,6}) +(.*)$/gm, (_, marks: string, title: string) => `<h${marks.length}>${title}</h${marks.length}>`)
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/\*(.+?)\*/g, '<em>$1</em>')
    .replace(/`(.+?)`/g, '<code>$1</code>')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
  return `<p>${inline.replaceAll('\n', '<br>')}</p>`
}

const toPlain = (html: string): string =>
  Object.entries(ENTITIES).reduceRight(
    (text, [character, entity]) => text.replaceAll(entity, character),
    html.replace(/<br\s*\/?>/g, '\n').replace(/<[^>]+>/g, '')
  )

type Rich = { [Part in keyof typeof rich]?: string }

const richParts = ({ turned }: AppState, { text, htmlText, markdownText }: Rich): object => {
  if (markdownText !== undefined && turned.has('markdownFormatted')) return { text: markdownText }
  const markdown = markdownText ?? (turned.has('plainTextKept') ? text : undefined)
  const html = markdown === undefined ? htmlText : toHtml(markdown)
  if (html !== undefined && html.length > 4096) throw new ApiError(400, 'content.htmlText: exceeds 4096 characters')
  const plain = text ?? (html === undefined ? undefined : toPlain(html))
  return { ...(plain !== undefined && { text: plain }), ...(html !== undefined && { htmlText: html }) }
}

const mediaParts = (world: World, app: AppState, conversation: Conversation, mediaUrl: string): object => {
  const attachment = ownAttachment(world, app, mediaUrl)
  if (attachment?.conversationId !== undefined) {
    const isOwn = attachment.conversationId === conversation.id
    if (!isOwn && !app.turned.has('foreignFileRefused'))
      throw new ApiError(400, 'mediaUrl: the attachment belongs to another conversation')
    if (isOwn && app.turned.has('ownFileAccepted')) throw new ApiError(400, 'mediaUrl: cannot be used')
  }
  const name = decodeURIComponent(new URL(mediaUrl).pathname.split('/').at(-1) ?? '')
  return {
    altText: name.slice(0, 128),
    ...(attachment && { mediaType: attachment.mediaType, mediaSize: attachment.bytes.byteLength }),
  }
}

const fallbackText = (posted: PostedContent): object => {
  if (posted.type === 'carousel') return { text: posted.items.map(({ title }) => title).join('\n') }
  if (posted.type === 'location') return { text: `Location: ${posted.coordinates.lat},${posted.coordinates.long}` }
  return posted.type === 'form' ? { submitted: false } : {}
}

/** The stored form of posted content: Markdown is write-only, media carries type and size, lists have a fallback. */
export const toStored = (world: World, app: AppState, conversation: Conversation, posted: PostedContent): Content => {
  if (posted.type === 'text' || posted.type === 'image' || posted.type === 'file') {
    const { markdownText, ...rest } = posted
    const found = posted.type === 'text' ? {} : mediaParts(world, app, conversation, posted.mediaUrl)
    return { ...found, ...rest, ...richParts(app, { ...rest, markdownText }) }
  }
  if (posted.type === 'carousel' || posted.type === 'list')
    for (const { mediaUrl } of posted.items) if (mediaUrl) mediaParts(world, app, conversation, mediaUrl)
  return { ...fallbackText(posted), ...posted }
}
