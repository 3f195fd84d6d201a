import { isApiError } from '@botpress/sdk'
import { isPassing, isSuncoError } from '../sunco/error'

/** Not a failure: the event comes too early or is being handled elsewhere, and is to be delivered again. */
export class TryLater extends Error {
  public override readonly name = 'TryLater'
}

/** Whether Botpress' client gave up waiting, so that the request may yet be carried out. */
export const isTimeout = (error: unknown): boolean => {
  const cause: unknown = isApiError(error) ? error.error : undefined
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNABORTED'
}

/**
 * Whether the same thing may succeed when it is delivered again: everything does but a definite refusal. Botpress'
 * client gives network errors and time limits the code 500.
 */
export const isWorthRedelivering = (error: unknown): boolean => {
  if (isSuncoError(error)) return isPassing(error)
  if (isApiError(error)) return error.code >= 500 || [401, 402, 403, 408, 409, 429].includes(error.code)
  // A mistake of ours is the same mistake next time, and must not hold up its conversation.
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
}
