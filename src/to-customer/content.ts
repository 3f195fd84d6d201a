import * as z from 'zod/mini'
import type { BlocItem, HitlMessage } from '../botpress'
import { lenient } from '../events/lenient'
import { fileNameOf } from '../media/zendesk-media'
import type { CustomerTexts } from '../text/customer-texts'
import { isHttpUrl } from '../text/url'
import { toMarkdown } from './rich-text'

/** What a message is made of; one of a single part needs no bloc. */
export type Item = Extract<BlocItem, { type: 'text' | 'image' | 'audio' | 'video' | 'file' }>

const text = lenient(z.string())
const listOf = <T extends z.ZodMiniType>(item: T) => z.catch(z._default(z.array(lenient(item)), []), [])

const action = z.object({ type: text, text, uri: text, fallback: text, amount: lenient(z.number()), currency: text })
const card = z.object({ title: text, description: text, mediaUrl: text, actions: listOf(action) })
const field = z.object({ label: text, name: text, placeholder: text, options: listOf(z.object({ label: text })) })

const content = z.object({
  type: z.string(),
  text,
  htmlText: text,
  mediaUrl: text,
  mediaType: text,
  altText: text,
  actions: listOf(action),
  items: listOf(card),
  fields: listOf(field),
  coordinates: lenient(z.object({ lat: z.number(), long: z.number() })),
  location: lenient(z.object({ address: text, name: text })),
})
type Content = z.output<typeof content>
type Action = z.output<typeof action>
type Card = z.output<typeof card>
type Field = z.output<typeof field>

const say = (...lines: (string | undefined)[]): Item[] => {
  const said = lines.filter((line) => line?.trim()).join('\n')
  return said ? [{ type: 'text', payload: { text: said } }] : []
}

const priceOf = ({ amount, currency }: Action): string =>
  amount === undefined ? '' : ` (${[(amount / 100).toFixed(2), currency?.toUpperCase()].filter(Boolean).join(' ')})`

/** A button as a line that can be read, and used where it leads somewhere, on any channel. */
const describeAction = (action: Action | undefined): string | undefined => {
  if (!action) return undefined
  const label = `${action.text ?? ''}${action.type === 'buy' ? priceOf(action) : ''}`.trim()
  const uri = action.uri ?? action.fallback
  if (uri) return label ? `${label}: ${uri}` : uri
  return label && `- ${label}`
}

/** The type follows the MIME type; what has no link that could be opened is named instead. */
const toMedia = (url: string | undefined, mediaType: string | undefined, title: string | undefined): Item[] => {
  if (!url || !isHttpUrl(url)) return say(title, url)
  const named = title?.trim() ? { title } : {}
  switch (mediaType?.split('/')[0]) {
    case 'image':
      return [{ type: 'image', payload: { imageUrl: url, ...named } }]
    case 'audio':
      return [{ type: 'audio', payload: { audioUrl: url, ...named } }]
    case 'video':
      return [{ type: 'video', payload: { videoUrl: url, ...named } }]
    default:
      return [{ type: 'file', payload: { fileUrl: url, ...named } }]
  }
}

const toCard = (card: Card | undefined): Item[] =>
  card
    ? [
        ...(card.mediaUrl ? toMedia(card.mediaUrl, 'image/*', card.title) : []),
        ...say(card.title, card.description, ...card.actions.map(describeAction)),
      ]
    : []

const describeField = (field: Field | undefined): string | undefined =>
  field &&
  [
    field.label ?? field.placeholder ?? field.name,
    ...field.options.map((option) => option?.label && `- ${option.label}`),
  ]
    .filter(Boolean)
    .join('\n')

const itemsOf = async (message: Content): Promise<Item[]> => {
  const spoken = say(await toMarkdown(message.text, message.htmlText), ...message.actions.map(describeAction))
  switch (message.type) {
    case 'image':
    case 'file': {
      const title = message.altText ?? (message.type === 'file' ? fileNameOf(message.mediaUrl ?? '') : undefined)
      const mediaType = message.mediaType ?? (message.type === 'image' ? 'image/*' : undefined)
      return [...toMedia(message.mediaUrl, mediaType, title), ...spoken]
    }
    case 'location': {
      const { coordinates, location } = message
      const map = coordinates && `https://maps.google.com/?q=${coordinates.lat},${coordinates.long}`
      return say(location?.name, location?.address, map)
    }
    case 'carousel':
    case 'list':
      // The carousel's own text only repeats its items for channels without carousels.
      return [...message.items.flatMap(toCard), ...say(...message.actions.map(describeAction))]
    case 'form':
      return [...spoken, ...say(...message.fields.map(describeField))]
    default:
      return spoken
  }
}

/**
 * What an agent's message is made of, in order; nothing where there is nothing to show. A kind that Zendesk may invent
 * later comes as its text.
 */
export const toItems = async (raw: unknown): Promise<Item[]> => {
  const parsed = content.safeParse(raw).data
  if (!parsed) return []
  const items = await itemsOf(parsed)
  return items.length > 0 ? items : say(parsed.text)
}

/** Stands for a message that has nothing to show, or that Botpress refuses. */
export const notShown = ({ messageNotShown }: CustomerTexts): Item => ({
  type: 'text',
  payload: { text: messageNotShown },
})

/** The kind of a message, for the log. */
export const kindOf = (raw: unknown): string => {
  const kind = z.object({ type: z.string() }).safeParse(raw).data?.type ?? ''
  return /^[\w -]{1,40}$/.test(kind) ? kind : 'of an unknown kind'
}

/** One message always, so that it can be found by its Sunco id: a bloc where it has several parts. */
export const toMessage = (items: Item[]): HitlMessage => {
  const [only, ...more] = items
  return only && more.length === 0 ? only : { type: 'bloc', payload: { items } }
}

export const mediaUrlOf = (item: Item): string | undefined => {
  switch (item.type) {
    case 'image':
      return item.payload.imageUrl
    case 'audio':
      return item.payload.audioUrl
    case 'video':
      return item.payload.videoUrl
    case 'file':
      return item.payload.fileUrl
    case 'text':
      return undefined
    default:
      return item satisfies never
  }
}

export const withMediaUrl = (item: Item, url: string): Item => {
  switch (item.type) {
    case 'image':
      return { ...item, payload: { ...item.payload, imageUrl: url } }
    case 'audio':
      return { ...item, payload: { ...item.payload, audioUrl: url } }
    case 'video':
      return { ...item, payload: { ...item.payload, videoUrl: url } }
    case 'file':
      return { ...item, payload: { ...item.payload, fileUrl: url } }
    case 'text':
      return item
    default:
      return item satisfies never
  }
}
