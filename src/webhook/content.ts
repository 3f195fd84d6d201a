import * as z from 'zod/mini'
import type { ZendeskMessagingHitl } from '../botpress'
import { isHttpUrl } from '../text/url'

type Messages = ZendeskMessagingHitl['channels']['hitl']['messages']
/** A message that the HITL plugin can copy to the customer's channel. */
export type Incoming = { [K in keyof Messages]: { type: K; payload: Messages[K] } }[keyof Messages]
export type Item = Messages['bloc']['items'][number]

const text = z.catch(z.optional(z.string()), undefined)
const action = z.object({ type: text, text: text, uri: text, payload: text, default: z.optional(z.unknown()) })
const actions = z.catch(
  z.array(z.catch(action, { type: undefined, text: undefined, uri: undefined, payload: undefined })),
  []
)
const card = z.object({ title: text, description: text, mediaUrl: text, actions })

const content = z.object({
  type: z.string(),
  text: text,
  mediaUrl: text,
  mediaType: text,
  altText: text,
  actions,
  items: z.catch(z.array(card), []),
  fields: z.catch(z.array(z.object({ label: text, name: text })), []),
  coordinates: z.catch(z.optional(z.object({ lat: z.number(), long: z.number() })), undefined),
  location: z.catch(z.optional(z.object({ address: text, name: text })), undefined),
})
type Content = z.output<typeof content>
type Card = Content['items'][number]

const say = (...lines: (string | undefined)[]): Item[] => {
  const said = lines.filter((line) => line?.trim()).join('\n')
  return said ? [{ type: 'text', payload: { text: said } }] : []
}

const describeAction = ({ text: label, uri }: Content['actions'][number]): string | undefined =>
  uri ? (label ? `${label}: ${uri}` : uri) : label && `- ${label}`

const nameOf = (url: string): string | undefined => {
  try {
    return decodeURIComponent(new URL(url).pathname.split('/').pop() ?? '') || undefined
  } catch {
    return undefined
  }
}

/** The message type follows the MIME type; a link that nobody can open is named instead. */
const toMedia = (url: string | undefined, mediaType: string | undefined, title: string | undefined): Item[] => {
  if (!url || !isHttpUrl(url)) return say(title)
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

const toCard = ({ title, description, mediaUrl, actions }: Card): Item[] => [
  ...(mediaUrl ? toMedia(mediaUrl, 'image/*', title) : []),
  ...say(title, description, ...actions.map(describeAction)),
]

const toItems = (message: Content): Item[] => {
  const spoken = say(message.text, ...message.actions.map(describeAction))
  switch (message.type) {
    case 'text':
      return spoken
    case 'image':
    case 'file': {
      const title = message.altText ?? (message.type === 'file' ? nameOf(message.mediaUrl ?? '') : undefined)
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
      return message.items.length > 0 ? message.items.flatMap(toCard) : spoken
    case 'form':
      return say(message.text, ...message.fields.map(({ label, name }) => label ?? name))
    default:
      return spoken
  }
}

const isDirect = (item: Item): item is Extract<Item, { type: Incoming['type'] }> => item.type in directTypes
const directTypes = { text: 1, image: 1, audio: 1, video: 1, file: 1 } as const

/**
 * What an agent's message is in Botpress: one message always, a bloc where it has several parts. A kind that Zendesk may
 * invent later comes as its text, or as a line that says what could not be shown: it is never dropped.
 */
export const toIncoming = (raw: unknown): Incoming => {
  const parsed = content.safeParse(raw)
  const items = parsed.success ? toItems(parsed.data) : []
  const [first, ...rest] = items
  if (!first) {
    const kind = parsed.success ? parsed.data.type : 'message'
    return { type: 'text', payload: { text: `(The agent sent a ${kind} that cannot be shown here.)` } }
  }
  return rest.length === 0 && isDirect(first) ? first : { type: 'bloc', payload: { items } }
}
