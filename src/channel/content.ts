import type { ZendeskMessagingHitl } from '../botpress'
import { limits, type Content } from '../sunco/types'
import { shorten, splitText } from '../text/split'
import { isHttpUrl } from '../text/url'

type Messages = ZendeskMessagingHitl['channels']['hitl']['messages']
type BlocItem = Messages['bloc']['items'][number]

/** A message of the `hitl` channel. */
export type Outgoing = { [K in keyof Messages]: { type: K; payload: Messages[K] } }[keyof Messages]

const toTexts = (text: string): Content[] => splitText(text, limits.text).map((part) => ({ type: 'text', text: part }))

/** Sunco has no audio and no video: both are files. A link that Sunco would not take goes out as text. */
const toMedia = (type: 'image' | 'file', url: string, title: string | undefined): Content[] => {
  if (!isHttpUrl(url) || url.length > limits.url) return toTexts(title ? `${title}: ${url}` : url)
  return [{ type, mediaUrl: url, ...(title && { altText: shorten(title, limits.altText) }) }]
}

const toItem = (item: BlocItem): Content[] => {
  switch (item.type) {
    case 'text':
      return toTexts(item.payload.text)
    case 'markdown':
      return toTexts(item.payload.markdown)
    case 'image':
      return toMedia('image', item.payload.imageUrl, item.payload.title)
    case 'audio':
      return toMedia('file', item.payload.audioUrl, item.payload.title)
    case 'video':
      return toMedia('file', item.payload.videoUrl, item.payload.title)
    case 'file':
      return toMedia('file', item.payload.fileUrl, item.payload.title)
    case 'location': {
      const { latitude, longitude, address, title } = item.payload
      const location = { ...(address && { address }), ...(title && { name: title }) }
      return [{ type: 'location', coordinates: { lat: latitude, long: longitude }, location }]
    }
    default:
      return item satisfies never
  }
}

/** What the agent gets to see of a customer's message: its parts in order, each within Sunco's limits. */
export const toContents = (message: Outgoing): Content[] =>
  message.type === 'bloc' ? message.payload.items.flatMap(toItem) : toItem(message)
