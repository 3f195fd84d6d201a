import type { HistoryItem, MessageHistory } from '../botpress'
import { limits } from '../sunco/types'
import { shorten, splitText } from '../text/split'
import { describePayload, notShown } from './turn-text'

/** Most messages that open a ticket, so that the number of calls stays bounded whatever the history is. */
export const mostOpeningMessages = 5

/** How the speakers of a transcript are named. */
type Names = { customer: string; bot: string }

/** Customers name themselves: one may bear the bot's name, or one that holds words of the bot's. */
export const namesOf = (customer = 'Customer', bot = 'Bot'): Names => {
  const name = customer.replaceAll(/[\s\u0085:]+/g, ' ').trim() || 'Customer'
  const isSame = name.toLowerCase() === bot.toLowerCase()
  return { customer: isSame ? `${name} (customer)` : name, bot }
}

type OpeningInput = {
  title?: string
  description?: string
  history: MessageHistory
  names: Names
}

export type Opening = {
  /** Texts within Sunco's limit, oldest first; at least one, since a ticket needs a message. */
  messages: string[]
  /** False where something was left out or cut. */
  isWhole: boolean
}

/** All that a viewer may show as the end of a line (Unicode, UAX #14, classes BK, CR, LF and NL). */
const lineBreak = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g

/** A turn that is not what it says it is must not keep the session from starting. */
const describe = (item: HistoryItem): string => {
  try {
    // Indented, or a customer could write lines that look like the bot's.
    return describePayload(item).replaceAll(lineBreak, '\n  ')
  } catch {
    return notShown
  }
}

const toTurn = (item: HistoryItem, names: Names): string => {
  const { source } = item as { source?: HistoryItem['source'] }
  const text = describe(item)
  return text && `${source?.type === 'user' ? names.customer : names.bot}: ${text}`
}

/** Opens what goes on from the text before it: without it, a customer's words could look like a turn of the bot's. */
const goesOn = '… '

const cut = (block: string, limit: number): string[] =>
  block.length <= limit
    ? [block]
    : splitText(block, limit - goesOn.length).map((part, index) => (index > 0 ? `${goesOn}${part}` : part))

/** Joins blocks into texts of at most `limit` characters; a block is cut only where it is longer than a whole text. */
const pack = (blocks: string[], limit: number): string[] => {
  const texts: string[] = []
  for (const block of blocks.flatMap((block) => cut(block, limit))) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + 1 + block.length <= limit) texts[texts.length - 1] = `${last}\n${block}`
    else texts.push(block)
  }
  return texts
}

/** Title, description and the whole history, for a file. */
export const composeTranscript = ({ title, description, history, names }: OpeningInput): string =>
  [...headOf({ title, description }), ...history.map((item) => toTurn(item, names))].filter(Boolean).join('\n\n')

const headOf = ({ title, description }: Pick<OpeningInput, 'title' | 'description'>): string[] =>
  [title, description].map((text) => (text ?? '').trim()).filter(Boolean)

/** Most of a turn that stands in the messages; the whole of it stands in the transcript's file. */
const longestTurn = 2 * limits.text

const omission = (count: number): string => `(${count} earlier ${count === 1 ? 'message' : 'messages'} left out)`

/**
 * Title, description and transcript as the texts that open the ticket. Where it is too long, the newest turns are kept.
 */
export const composeOpening = ({ title, description, history, names }: OpeningInput): Opening => {
  const wholeHead = headOf({ title, description })
  const head = wholeHead.map((text) => shorten(text, limits.text))
  const whole = history.map((item) => toTurn(item, names)).filter(Boolean)
  const turns = whole.map((turn) => shorten(turn, longestTurn))
  const compose = (omitted: number): string[] =>
    pack([...head, ...(omitted > 0 ? [omission(omitted)] : []), ...turns.slice(omitted)], limits.text)

  if (head.length + turns.length === 0) return { messages: [fallback], isWhole: true }
  // The fewest turns to leave out: the length grows with every turn kept, so that halving finds it.
  let [tooFew, enough] = [-1, turns.length]
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2)
    if (compose(middle).length <= mostOpeningMessages) enough = middle
    else tooFew = middle
  }
  return { messages: compose(enough), isWhole: enough === 0 && isSame(head, wholeHead) && isSame(turns, whole) }
}

const isSame = (texts: string[], others: string[]): boolean => texts.every((text, index) => text === others[index])

const fallback = 'The bot handed this conversation over.'
