import { developmentHost } from '../sunco/host'

/** Sunco's own media hosts, such as media.smooch.io and media.eu-1.smooch.io; never those of its API. */
const suncoMediaHost = /^media(\.[a-z0-9-]+)*\.smooch\.io$/
/** Below it lie the attachments of a Zendesk host; the API of the same host lies beside it. */
const attachments = '/sc/attachments/'

const parse = (url: string): URL | undefined => {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

/**
 * Whether a URL leads to an attachment on the installation's own Zendesk host, or to Sunco's media hosts, over https:
 * the only places that media is fetched from, and that are ever shown our token. Look-alikes such as `evilzendesk.com`
 * are strangers, and so is the API itself, which a customer's link must not make us read.
 * @param host base URL of the installation's Sunco API
 */
export const isZendeskMedia = (url: string, host: string): boolean => {
  const candidate = parse(url)
  const own = parse(host)
  if (!candidate || !own) return false
  const isAttachment = candidate.pathname.startsWith(attachments)
  if (developmentHost() !== undefined && candidate.origin === own.origin) return isAttachment
  const { protocol, port, username, password, hostname } = candidate
  if (protocol !== 'https:' || port || username || password) return false
  return (hostname === own.hostname && isAttachment) || suncoMediaHost.test(hostname)
}

/** Name of the file that a URL leads to, decoded, or undefined. */
export const fileNameOf = (url: string): string | undefined => {
  try {
    return decodeURIComponent(parse(url)?.pathname.split('/').pop() ?? '') || undefined
  } catch {
    return undefined
  }
}
