/** Far above what the integration has to split into parts, which is to be seen. */
export const CUSTOMER_TEXT_LIMIT = 100_000

/** Zendesk's own. */
export const AGENT_TEXT_LIMIT = 4096
