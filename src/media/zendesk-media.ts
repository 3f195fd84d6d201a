import { developmentHost } from '../sunco/host'

/** Sunco's own media hosts, for example media.smooch.io and media.eu-1.smooch.io. */
const suncoDomain = 'smooch.io'

const parse = (url: string): URL | undefined => {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

/**
 * Whether a URL leads to the installation's own Zendesk host or to Sunco's media hosts, over https: the only places that
 * media is fetched from, and that are ever shown our token. Look-alikes such as `evilzendesk.com` are strangers.
 * @param host base URL of the installation's Sunco API
 */
export const isZendeskMedia = (url: string, host: string): boolean => {
  const candidate = parse(url)
  const own = parse(host)
  if (!candidate || !own) return false
  if (developmentHost() !== undefined && candidate.origin === own.origin) return true
  if (candidate.protocol !== 'https:' || candidate.port !== '' || candidate.username !== '') return false
  const { hostname } = candidate
  return hostname === own.hostname || hostname === suncoDomain || hostname.endsWith(`.${suncoDomain}`)
}

/** Name of the file that a URL leads to, decoded, or undefined. */
export const fileNameOf = (url: string): string | undefined => {
  try {
    return decodeURIComponent(parse(url)?.pathname.split('/').pop() ?? '') || undefined
  } catch {
    return undefined
  }
}
