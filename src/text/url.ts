/**
 * An absolute http or https URL, the only kind that another party can open, with blanks, umlauts and the like encoded, as
 * Sunco asks for. Undefined for anything else.
 */
export const toHttpUrl = (value: string): string | undefined => {
  try {
    const { href, protocol } = new URL(value)
    return /^https?:$/.test(protocol) ? href : undefined
  } catch {
    return undefined
  }
}

/** Whether another party can open it. */
export const isHttpUrl = (value: string): boolean => toHttpUrl(value) !== undefined
