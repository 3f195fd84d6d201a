/** Far above what the integration has to split into parts, which is to be seen. */
export const CUSTOMER_TEXT_LIMIT = 100_000

/** Zendesk's own. */
export const AGENT_TEXT_LIMIT = 4096

/** Above the 50 MB that the integration takes, so that its own refusal is seen. */
export const FILE_LIMIT_BYTES = 64 * 1024 * 1024
export const FILE_LIMIT_TEXT = 'The page takes files of up to 64 MB'
