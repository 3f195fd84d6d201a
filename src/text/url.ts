/**
 * An absolute http or https URL, the only kind that another party can open, with blanks, umlauts and the like encoded,
 * as Sunco asks for. Undefined for anything else.
 */
export const toHttpUrl = (value: string): string | undefined => {
  try {
    const { href, protocol } = new URL(value)
    return /^https?:$/.test(protocol) ? href : undefined
  } catch {
    return undefined
  }
}

/** Longest link that is shown as text, in characters. */
const longestLink = 4_096

/** A file as text. A link that nobody else can open, such as the whole file as a `data:` URL, is left out. */
export const linkText = (url: string, title: string | undefined): string => {
  const isShown = !/^(?:data|blob):/i.test(url) && url.length <= longestLink
  return isShown ? (title ? `${title}: ${url}` : url) : `${title ?? 'A file'} (it cannot be opened from here)`
}

/** Where a place is, as a link to a map. */
export const mapUrl = (latitude: number, longitude: number): string =>
  `https://maps.google.com/?q=${latitude},${longitude}`

/** Whether another party can open it. */
export const isHttpUrl = (value: string): boolean => toHttpUrl(value) !== undefined
