import type { AppState, Ticket, User } from './state'

/** The Zendesk Support account that an app belongs to, as far as the app has to know it. */
export type SupportLink = {
  /** When a user gets a `zendeskId`; Zendesk does not document it. */
  zendeskId: 'atCreation' | 'atTicket' | 'never'
  /** Id of the Support user that a messaging user belongs to; the same at every call. */
  userIdOf: (suncoUserId: string) => number
  /** Told of each ticket that is opened. */
  opened: (ticket: Ticket) => void
}

/** Gives the user its `zendeskId` if this is the moment for it. */
export const linkUser = ({ support }: AppState, user: User | undefined, moment: SupportLink['zendeskId']): void => {
  if (user && support?.zendeskId === moment) user.zendeskId ??= String(support.userIdOf(user.id))
}
