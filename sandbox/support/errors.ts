import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal. Its body differs in form from one kind to the next, as Zendesk's do. */
export class SupportError extends Error {
  public constructor(
    public readonly status: ContentfulStatusCode,
    public readonly body: Record<string, unknown>,
    public readonly headers: Record<string, string> = {}
  ) {
    super(JSON.stringify(body))
  }
}

export const badRequest = (description: string): SupportError =>
  new SupportError(400, { error: 'BadRequest', description })

export const invalidClient = (): SupportError =>
  new SupportError(401, { error: 'invalid_client', error_description: 'Client authentication failed' })

export const invalidToken = (): SupportError =>
  new SupportError(401, {
    error: 'invalid_token',
    error_description: 'The access token provided is expired, revoked, malformed or invalid for other reasons.',
  })

export const missingScope = (scope: string): SupportError =>
  new SupportError(403, {
    error: 'Forbidden',
    description: `You are missing the following required scopes: ${scope}`,
  })

export const noAccess = (): SupportError =>
  new SupportError(403, {
    error: 'Forbidden',
    message:
      'You do not have access to this page. Please contact the account owner of this help desk for further help.',
  })

export const notFound = (): SupportError => new SupportError(404, { error: 'RecordNotFound', description: 'Not found' })

export const conflict = (): SupportError =>
  new SupportError(409, {
    error: 'UpdateConflict',
    description: 'Safe Update prevented the update due to outdated ticket data.',
  })

/** @param details what is wrong, by field; `base` is the record itself */
export const invalidRecord = (details: Record<string, string>): SupportError =>
  new SupportError(422, {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: Object.fromEntries(Object.entries(details).map(([field, description]) => [field, [{ description }]])),
  })

export const closedTicket = (): SupportError => invalidRecord({ status: 'Status: closed prevents ticket update' })

export const assigneeRequired = (): SupportError =>
  invalidRecord({ base: 'Assignee: is required when solving a ticket' })

export const rateLimited = (seconds: number): SupportError =>
  new SupportError(
    429,
    { error: 'APIRateLimitExceeded', description: 'Number of allowed API requests exceeded' },
    { 'retry-after': String(seconds) }
  )

const BY_STATUS: Record<number, (code?: string) => SupportError> = {
  400: (code) => badRequest(code ?? 'Bad request'),
  401: (code) => (code === 'invalid_client' ? invalidClient() : invalidToken()),
  403: (code) => (code === undefined ? noAccess() : missingScope(code)),
  404: notFound,
  409: conflict,
  422: (code) => (code === 'assignee' ? assigneeRequired() : closedTicket()),
  429: () => rateLimited(0),
}

/**
 * The body of a refusal by fault.
 * @param code of a 401, `invalid_client`, or else the token is meant; of a 403, the missing scope, or else the role is
 * meant; of a 422, `assignee`, or else the ticket is closed
 */
export const errorBody = (status: number, code?: string): unknown =>
  BY_STATUS[status]?.(code).body ?? { error: 'InternalError', description: `Refused with status ${status}` }
