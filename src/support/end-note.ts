import type { EndReason } from '../session/end-reason'

/** How a session ended; times are ISO dates, left out where they are not known. */
type Ending = { reason: EndReason; startedAt?: string; endedAt?: string }

const words: Record<EndReason, string> = {
  released: 'control was given up, as it is when an agent ends the session',
  returnedToBot: 'control was returned to the bot',
  passedElsewhere: 'control was passed on',
  ticketClosed: 'the ticket was closed',
  transferToEmail: 'the conversation goes on by e-mail',
  endedByUser: 'the customer ended the session',
  conversationRemoved: 'the conversation was removed',
  userRemoved: 'the customer was removed',
  stopHitl: 'the bot took the customer back',
  handoffFailed: 'the handoff was not finished',
}

const minuteMs = 60_000

/** `3 minutes`, `1 hour 5 minutes`. */
const lengthOf = (ms: number): string => {
  const minutes = Math.round(ms / minuteMs)
  if (minutes < 1) return 'less than a minute'
  const parts = [
    { count: Math.floor(minutes / 60), unit: 'hour' },
    { count: minutes % 60, unit: 'minute' },
  ]
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ')
}

/** What agents read about the end of a session. It holds nothing that the customer said. */
export const endNoteText = ({ reason, startedAt, endedAt }: Ending): string => {
  const lasted = Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')
  const end = `The session with the bot's customer is over: ${words[reason]}.`
  return lasted >= 0 ? `${end} It lasted ${lengthOf(lasted)}.` : end
}
