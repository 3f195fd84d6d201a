import { z } from 'zod'
import type { Action, Part } from './view'

const text = z.string().optional().catch(undefined)
const action = z.object({ text, uri: text, label: text, value: text, action: text })
const actions = z.array(action).catch([])

/** Content of Sunco and payloads of Botpress, as far as the page shows them. */
const content = z.object({
  text,
  markdown: text,
  title: text,
  altText: text,
  mediaUrl: text,
  mediaType: text,
  imageUrl: text,
  audioUrl: text,
  videoUrl: text,
  fileUrl: text,
  actions,
  options: actions,
  items: z.array(z.unknown()).catch([]),
})
const blocItem = z.object({ type: z.string(), payload: z.unknown() })
const card = z.object({ title: text, description: text, mediaUrl: text, actions })
const place = z.object({ coordinates: z.object({ lat: z.number(), long: z.number() }) })

type Content = z.output<typeof content>

const toActions = (found: z.output<typeof actions>): Action[] =>
  found.map(({ text: spoken, label, uri }) => ({ label: spoken ?? label ?? uri ?? '', ...(uri && { url: uri }) }))

const said = (...texts: (string | undefined)[]): Part[] =>
  texts.flatMap((line): Part[] => (line?.trim() ? [{ kind: 'text', text: line }] : []))

const nameOf = (url: string): string => {
  try {
    return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')
  } catch {
    return ''
  }
}

const media = (kind: 'image' | 'audio' | 'video' | 'file', url: string | undefined, title?: string): Part[] =>
  url ? [{ kind, url, title: title?.trim() || nameOf(url) || kind }] : []

const buttons = (found: Content['actions']): Part[] =>
  found.length > 0 ? [{ kind: 'actions', actions: toActions(found) }] : []

const toCard = (raw: unknown): Part[] => {
  const { success, data } = card.safeParse(raw)
  if (!success) return []
  const { title = '', description, mediaUrl, actions: found } = data
  return [{ kind: 'card', title, text: description, imageUrl: mediaUrl, actions: toActions(found) }]
}

const readers: Record<string, (found: Content, raw: unknown) => Part[]> = {
  image: ({ imageUrl, mediaUrl, title, altText, text: caption, actions: found }) => [
    ...media('image', imageUrl ?? mediaUrl, title ?? altText),
    ...said(caption),
    ...buttons(found),
  ],
  audio: ({ audioUrl, title }) => media('audio', audioUrl, title),
  video: ({ videoUrl, title }) => media('video', videoUrl, title),
  file: ({ fileUrl, mediaUrl, title, altText, text: caption }) => [
    ...media('file', fileUrl ?? mediaUrl, title ?? altText),
    ...said(caption),
  ],
  carousel: ({ items }) => items.flatMap(toCard),
  list: ({ items }) => items.flatMap(toCard),
  bloc: ({ items }) =>
    items.flatMap((item) => {
      const { success, data } = blocItem.safeParse(item)
      return success ? toParts(data.type, data.payload) : []
    }),
  location: (_, raw) => {
    const { success, data } = place.safeParse(raw)
    return success ? said(`Location: ${data.coordinates.lat}, ${data.coordinates.long}`) : []
  },
}

/** A message of either side as the page shows it; a kind it does not know is named. */
export const toParts = (type: string, raw: unknown): Part[] => {
  const found = content.safeParse(raw).data
  if (!found) return said(`(${type})`)
  const parts = readers[type]?.(found, raw) ?? [...said(found.text ?? found.markdown), ...buttons(found.actions)]
  return parts.length > 0 ? parts : said(`(${type})`)
}
