/**
 * What became of the request on Sunco's side: `refused` means that nothing was done, `unknown` that it may have been
 * done although no answer came (time limit, broken connection, 5xx after the request was taken).
 */
type Fate = 'refused' | 'unknown'

type SuncoErrorDetails = {
  /** What was tried, in words, for example `post message`. */
  operation: string
  fate: Fate
  /** HTTP status; undefined when no answer came. */
  status?: number
  /** Sunco's error code, for example `conversation_not_found`, or Node's, for example `ECONNRESET`. */
  code?: string
  /** What the `Retry-After` header asked for, in milliseconds. */
  retryAfterMs?: number
}

/** Codes come from outside: only what looks like one is repeated in a text. */
const safeCode = (code: unknown): string | undefined =>
  typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined

/**
 * The one error of the Sunco client. Its message names operation, status and code and nothing else: Sunco's own `title`
 * may repeat what was sent, and with it a name or an address.
 */
export class SuncoError extends Error {
  public override readonly name = 'SuncoError'
  public readonly operation: string
  public readonly fate: Fate
  public readonly status: number | undefined
  public readonly code: string | undefined
  public readonly retryAfterMs: number | undefined

  public constructor(details: SuncoErrorDetails) {
    const code = safeCode(details.code)
    const outcome =
      details.status === undefined
        ? `Sunshine Conversations did not answer (${code ?? 'no connection'})`
        : `Sunshine Conversations answered ${details.status}${code ? ` (${code})` : ''}`
    super(`${outcome} to: ${details.operation}`)
    this.operation = details.operation
    this.fate = details.fate
    this.status = details.status
    this.code = code
    this.retryAfterMs = details.retryAfterMs
  }
}

export const isSuncoError = (error: unknown): error is SuncoError => error instanceof SuncoError

/** True for any "there is no such thing", for those who only make or remove what they do not find. */
export const isNotFound = (error: unknown): error is SuncoError => isSuncoError(error) && error.status === 404

/**
 * True for Sunco's own "there is no such thing": all its codes for 404 end alike (OpenAPI description, examples of
 * errors). A 404 without one may be a gateway's, and one that does not know the app another region's: neither may end a
 * session.
 */
export const isGone = (error: unknown): error is SuncoError =>
  isNotFound(error) && /(^|_)not_found$/.test(error.code ?? '') && error.code !== 'app_not_found'

/** True where the same call may succeed later: no answer or a garbled one, 408, 429 and 5xx. */
export const isTransientAnswer = ({ status }: SuncoError): boolean =>
  status === undefined || status < 300 || status === 408 || status === 429 || status >= 500
