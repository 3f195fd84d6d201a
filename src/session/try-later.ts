import { isApiError } from '@botpress/sdk'
import { isPassing, isSuncoError } from '../sunco/error'

/** Not a failure: the event comes too early or is being handled elsewhere, and is to be delivered again. */
export class TryLater extends Error {
  public override readonly name = 'TryLater'
}

/**
 * Whether the same thing may succeed when it is delivered again: everything does but a definite refusal. Botpress'
 * client gives network errors and time limits the code 500.
 */
export const isWorthRedelivering = (error: unknown): boolean => {
  if (isSuncoError(error)) return isPassing(error)
  if (isApiError(error)) return error.code >= 500 || [401, 403, 408, 429].includes(error.code)
  return true
}
