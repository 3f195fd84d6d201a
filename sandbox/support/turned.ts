/** What a Support account may do, and does here only where the switch of that name is on. */
export type SupportTurned =
  /** A new token is answered with 201, as the reference shows it, and not with the 200 that clients report. */
  | 'tokenCreated'
  /** The answer with a new token does not say how long it lives. */
  | 'lifetimeUntold'
  /** An HTML page and 404 whatever is asked, as where there is no such subdomain. */
  | 'subdomainUnknown'
  /** Availabilities of all agents, whatever the filter says. */
  | 'filterIgnored'
  /** Availabilities without the rows of their channels. */
  | 'channelsLeftOut'
  /** A schedule comes with its holidays. */
  | 'holidaysInside'
  /** Tickets are opened without the tags that control was passed with. */
  | 'tagsLost'
  /** A ticket without an assignee cannot be solved. */
  | 'assigneeRequired'
  /** A ticket cannot be solved for want of a custom field. */
  | 'fieldRequired'
