import { isApiError } from '@botpress/sdk'
import { isSuncoError, isTransientAnswer } from '../sunco/error'
import { isTimeout } from './sdk'

/** Not a failure: what an event needs is not there yet or is being worked on elsewhere. It is to be delivered again. */
export class TryLater extends Error {
  public override readonly name = 'TryLater'
}

/** The time that a handler has is used up; what was still to be done was not begun. */
export class OutOfTime extends Error {
  public override readonly name = 'OutOfTime'
}

/** Botpress' definite "there is no such thing": for what a path names, and for what a body names. */
const missing = new Set<string>(['ResourceNotFound', 'ReferenceNotFound'])

export const isMissing = (error: unknown): boolean => isApiError(error) && missing.has(error.type)

/**
 * Whether the same thing may succeed later: everything may but a definite refusal. Botpress' client gives network
 * errors and time limits the code 500.
 */
export const isTransient = (error: unknown): boolean => {
  if (isSuncoError(error)) return isTransientAnswer(error)
  if (isApiError(error)) return error.code >= 500 || [401, 402, 403, 408, 409, 429].includes(error.code)
  // A mistake of ours is the same mistake next time, and must not hold up its conversation.
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
}

/**
 * A reason that may be shown: operation, status and code of a failed call, or the name of another error. What else an
 * error's text says may hold anything.
 */
export const reasonOf = (error: unknown): string => {
  if (isSuncoError(error)) return error.message
  if (isTimeout(error)) return 'Botpress did not answer in time'
  if (isApiError(error)) return `Botpress answered ${error.code} (${error.type})`
  if (error instanceof OutOfTime) return 'the time was used up by earlier calls'
  return error instanceof Error ? error.name : 'unknown error'
}
