import { newId } from '../store'

const STATUS_OF_TYPE = {
  InvalidPayload: 400,
  InvalidQuery: 400,
  ReferenceNotFound: 400,
  Runtime: 400,
  Unauthorized: 401,
  Forbidden: 403,
  ResourceNotFound: 404,
  MethodNotFound: 405,
  ResourceLockedConflict: 409,
  PayloadTooLarge: 413,
  RateLimited: 429,
  Internal: 500,
} as const

export type FailureType = keyof typeof STATUS_OF_TYPE
export type FailureStatus = (typeof STATUS_OF_TYPE)[FailureType]

export type FailureBody = { id: string; code: number; type: string; message: string }

/** A refusal by the API, in the kinds that the official client knows by name. */
export class ApiFailure extends Error {
  public constructor(
    public readonly type: FailureType,
    message: string
  ) {
    super(message)
  }

  public get status(): FailureStatus {
    return STATUS_OF_TYPE[this.type]
  }
}

/** The error form of the API; without a type, the usual one for the status. */
export const failureBody = (status: number, type?: string, message?: string): FailureBody => {
  const usual = Object.entries(STATUS_OF_TYPE).find(([, code]) => code === status)?.[0] ?? 'Internal'
  return { id: newId('err'), code: status, type: type ?? usual, message: message ?? `Refused with status ${status}` }
}
