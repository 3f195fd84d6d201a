/** The tag that only the ticket of this session bears. Zendesk's tags are lower-case and have no blanks. */
export const sessionTagOf = (suncoConversationId: string): string => `bp_s_${suncoConversationId.toLowerCase()}`
