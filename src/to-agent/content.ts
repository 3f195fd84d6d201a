import type { BlocItem, HitlMessage } from '../botpress'
import { limits, type Content } from '../sunco/types'
import { shorten, splitText } from '../text/split'
import { linkText, mapUrl, toHttpUrl } from '../text/url'

const toTexts = (text: string): Content[] => splitText(text, limits.text).map((part) => ({ type: 'text', text: part }))

/** Markdown goes out as such where it fits; what Sunco refuses once it is HTML is posted as plain text. */
const markdownContents = (markdown: string): Content[] =>
  markdown.trim() && markdown.length <= limits.text ? [{ type: 'text', markdownText: markdown }] : toTexts(markdown)

/** What Sunco takes in any case: the same as text; undefined for what is text already. */
export const toPlain = (content: Content): Content | undefined => {
  if ('markdownText' in content) return { type: 'text', text: content.markdownText }
  if ('mediaUrl' in content) return toLink(content)
  if (content.type !== 'location') return undefined
  const { coordinates, location } = content
  const lines = [location?.name, location?.address, mapUrl(coordinates.lat, coordinates.long)]
  return { type: 'text', text: shorten(lines.filter(Boolean).join('\n'), limits.text) }
}

type Media = Extract<Content, { mediaUrl: string }>

/** A file by its link, with all of its caption that fits: those are the customer's words. */
export const toLink = ({ mediaUrl, text, altText }: Media): Content => {
  const caption = text ?? altText
  const room = limits.text - mediaUrl.length - ': '.length
  return { type: 'text', text: linkText(mediaUrl, caption && shorten(caption, room)) }
}

/** Sunco has no audio and no video: both are files. A link that Sunco would not take goes out as text. */
const toMedia = (type: 'image' | 'file', url: string, title: string | undefined): Content[] => {
  const mediaUrl = toHttpUrl(url)
  if (!mediaUrl || mediaUrl.length > limits.url) return toTexts(linkText(url, title))
  const isLong = title !== undefined && title.length > limits.altText
  const altText = title && { altText: shorten(title, limits.altText) }
  return [{ type, mediaUrl, ...altText, ...(isLong && { text: shorten(title, limits.text) }) }]
}

const toItem = (item: BlocItem): Content[] => {
  switch (item.type) {
    case 'text':
      return toTexts(item.payload.text)
    case 'markdown':
      return markdownContents(item.payload.markdown)
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
      const coordinates = { lat: latitude, long: longitude }
      if (!address && !title) return [{ type: 'location', coordinates }]
      const location = { ...(address && { address }), ...(title && { name: title }) }
      return [{ type: 'location', coordinates, location }]
    }
    default:
      return item satisfies never
  }
}

/** What the agent gets to see of a customer's message: its parts in order, each within Sunco's limits. */
export const toContents = (message: HitlMessage): Content[] =>
  message.type === 'bloc' ? message.payload.items.flatMap(toItem) : toItem(message)
