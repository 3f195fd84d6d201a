import type { HistoryItem } from '../botpress'
import { linkText, mapUrl } from '../text/url'

type HistoryTurn = HistoryItem extends infer T ? (T extends HistoryItem ? Omit<T, 'source'> : never) : never
type Card = {
  title: string
  subtitle?: string
  imageUrl?: string
  actions: { action: string; label: string; value: string }[]
}

const lines = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join('\n')

const describeCard = ({ title, subtitle, imageUrl, actions }: Card): string =>
  lines(
    title,
    subtitle,
    imageUrl,
    ...actions.map(({ action, label, value }) => `- ${label}${action === 'url' ? `: ${value}` : ''}`)
  )

const describeLocation = (at: { latitude: number; longitude: number; address?: string; title?: string }): string =>
  lines(at.title, at.address, mapUrl(at.latitude, at.longitude))

/** Stands for a turn that is not what it says it is, or of a kind that Botpress may invent later. */
export const notShown = '(A message that cannot be shown.)'

/** What a turn of any kind says, as text with its links. */
export const describePayload = (turn: HistoryTurn): string => {
  switch (turn.type) {
    case 'text':
      return turn.payload.text
    case 'markdown':
      return turn.payload.markdown
    case 'image':
      return linkText(turn.payload.imageUrl, turn.payload.title)
    case 'audio':
      return linkText(turn.payload.audioUrl, turn.payload.title)
    case 'video':
      return linkText(turn.payload.videoUrl, turn.payload.title)
    case 'file':
      return linkText(turn.payload.fileUrl, turn.payload.title)
    case 'location':
      return describeLocation(turn.payload)
    case 'card':
      return describeCard(turn.payload)
    case 'carousel':
      return lines(...turn.payload.items.map(describeCard))
    case 'choice':
    case 'dropdown':
      return lines(turn.payload.text, ...turn.payload.options.map(({ label }) => `- ${label}`))
    case 'bloc':
      return lines(...turn.payload.items.map(describePayload))
    default:
      turn satisfies never
      return notShown
  }
}
