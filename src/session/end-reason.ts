/**
 * Why a session ended, as bot builders read it in the conversation's tag `endReason`. `hub.md` lists the values; bots
 * compare with them, so that none may change its meaning.
 */
export const endReasons = [
  /** Control was given up, which is what an agent's "End session" does. */
  'released',
  'returnedToBot',
  'passedElsewhere',
  'ticketClosed',
  'transferToEmail',
  'endedByUser',
  'conversationRemoved',
  'userRemoved',
  /** The bot took the customer back. */
  'stopHitl',
  /** The session never began. */
  'handoffFailed',
] as const

export type EndReason = (typeof endReasons)[number]

/** The reason of this name, or another one where there is none: Zendesk may come to name further ones. */
export const toEndReason = (name: string | undefined, otherwise: EndReason): EndReason =>
  endReasons.find((reason) => reason === name) ?? otherwise
