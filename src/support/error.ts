import { OutOfTime, reasonOf } from '../platform/failure'

/** Why Zendesk Support did not tell what it was asked: what a bot builder reads as a reason. */
export type FailureReason = 'wrongClient' | 'notAllowed' | 'notSupported' | 'tooManyRequests' | 'noAnswer'

type Details = { operation: string; reason: FailureReason; status?: number; isBroken?: boolean }

/** A call to Zendesk Support that failed. Its message names operation and status, and nothing that Zendesk wrote. */
export class SupportError extends Error {
  public override readonly name = 'SupportError'
  public readonly operation: string
  public readonly reason: FailureReason
  /** Of the answer; left out where there was none. */
  public readonly status?: number
  /** The connection broke, so that nothing may have been asked at all. */
  public readonly isBroken: boolean

  public constructor({ operation, reason, status, isBroken = false }: Details) {
    super(`${operation}: ${status ?? 'no answer'}`)
    this.operation = operation
    this.reason = reason
    this.status = status
    this.isBroken = isBroken
  }
}

/** What an answer's status means; undefined for success. */
export const reasonOfStatus = (status: number): FailureReason | undefined => {
  if (status >= 200 && status < 300) return undefined
  if (status === 401) return 'wrongClient'
  // 400 is the answer where the token asks for a scope that the client may not have.
  if (status === 400 || status === 403) return 'notAllowed'
  if (status === 404) return 'notSupported'
  return status === 429 ? 'tooManyRequests' : 'noAnswer'
}

export const failureReasonOf = (error: unknown): FailureReason =>
  error instanceof SupportError ? error.reason : 'noAnswer'

/** What has to be done before the first request. */
export const askForToken = 'ask for a token'

/**
 * Whether a request was surely not carried out: Zendesk answered so, or it was never sent. After no answer, another
 * failure of Zendesk's, or an answer that cannot be read, it may have been.
 */
export const wasRefused = (error: unknown): boolean => {
  if (error instanceof OutOfTime) return true
  if (!(error instanceof SupportError)) return false
  const { operation, status = 0 } = error
  return operation === askForToken || (status >= 400 && status < 500) || status === 503
}

/** What may be logged of a failure. */
export const describeFailure = (error: unknown): string =>
  error instanceof SupportError ? error.message : reasonOf(error)
