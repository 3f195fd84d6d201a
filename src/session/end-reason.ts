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
  /** Zendesk refused the ticket, or the process died that was handing over. */
  'handoffFailed',
] as const

export type EndReason = (typeof endReasons)[number]

/** The reason that a tag holds. Version 1.0 kept what Zendesk said. */
export const toEndReason = (tag: string): EndReason => endReasons.find((reason) => reason === tag) ?? 'released'
