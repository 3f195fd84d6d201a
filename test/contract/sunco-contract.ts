import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { descriptionFile } from './description'
import { createOperationValidators } from './operation-validators'
import { isObject, objectOf, readOpenApiDocument, type Operation } from './openapi-document'
import { queryViolationsOf } from './query-check'

export type RecordedRequest = {
  method: string
  /** Without host and query, such as `/v2/apps/{appId}/users`. */
  path: string
  /** With its question mark, or empty. */
  query: string
  requestHeaders: Record<string, string>
  requestBody: unknown
}

/** An example that the description gives for an operation of its own. */
export type DocumentedExample = { title: string; request: RecordedRequest; body: unknown }

export type SuncoContract = {
  /**
   * Violations of one request, empty when it conforms: unknown path or method, missing or unknown query parameter,
   * missing or malformed body, unknown or read-only fields.
   */
  violationsOf: (request: RecordedRequest) => string[]
  /** Same for a JSON response, by status. Fields that only the description's own examples show are accepted. */
  responseViolationsOf: (request: RecordedRequest, status: number, body: unknown) => string[]
  /** Real-shaped payloads by the name the description gives them: responses, message bodies, webhook events. */
  examples: Record<string, unknown>
  requestExamples: DocumentedExample[]
  responseExamples: (DocumentedExample & { status: number })[]
}

/**
 * The published OpenAPI description of Zendesk's Sunshine Conversations API, as a checker of requests and responses.
 * It is Zendesk's file and not part of this repository: undefined where it is absent.
 */
export function loadSuncoContract(file: string | undefined = descriptionFile): SuncoContract | undefined {
  if (file === undefined) return undefined
  const document = readOpenApiDocument(parse(readFileSync(file, 'utf8')))
  const validators = createOperationValidators(document)

  const find = (request: RecordedRequest): Operation | string => {
    const atPath = document.operations.filter((operation) => operation.matchesPath(request.path))
    if (atPath.length === 0) return `path: ${request.path} is unknown`
    const operation = atPath.find((candidate) => candidate.method === request.method.toUpperCase())
    return operation ?? `method: ${request.method} is not allowed for ${request.path}`
  }

  const examplesOf = (content: unknown): [string, unknown][] =>
    Object.entries(objectOf(objectOf(objectOf(content)['application/json']).examples)).map(([name, example]) => [
      name,
      document.resolve(example).value,
    ])

  return {
    violationsOf: (request) => {
      const operation = find(request)
      if (typeof operation === 'string') return [operation]
      return [
        ...queryViolationsOf(operation, request.query, validators.query),
        ...bodyViolationsOf(operation, request, validators.request),
      ]
    },
    responseViolationsOf: (request, status, body) => {
      const operation = find(request)
      if (typeof operation === 'string') return [operation]
      return validators.response(operation, status, body)
    },
    examples: document.examples,
    requestExamples: document.operations.flatMap((operation) =>
      examplesOf(operation.requestBody?.content).map(([name, body]) => ({
        title: `${operation.name}: ${name}`,
        request: sampleRequestOf(operation, body),
        body,
      }))
    ),
    responseExamples: document.operations.flatMap((operation) =>
      Object.entries(operation.responses).flatMap(([status, response]) =>
        examplesOf(document.resolve(response).content).map(([name, body]) => ({
          title: `${operation.name} ${status}: ${name}`,
          request: sampleRequestOf(operation, undefined),
          status: Number(status),
          body,
        }))
      )
    ),
  }
}

function bodyViolationsOf(
  operation: Operation,
  request: RecordedRequest,
  validate: (operation: Operation, body: unknown) => string[]
): string[] {
  const { requestBody } = request
  const isEmpty = requestBody === undefined || requestBody === null || requestBody === ''
  if (!operation.requestBody) {
    const hasContent = isObject(requestBody) ? Object.keys(requestBody).length > 0 : !isEmpty
    return hasContent ? ['body: the operation takes none'] : []
  }
  const accepted = Object.keys(objectOf(operation.requestBody.content))
  // The parts of a form are recorded as raw bytes, if at all.
  if (!accepted.includes('application/json')) return []
  if (isEmpty) return operation.requestBody.required === true ? ['body: missing'] : []

  const contentType = Object.entries(request.requestHeaders).find(
    ([name]) => name.toLowerCase() === 'content-type'
  )?.[1]
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase()
  return [
    ...(mediaType === 'application/json'
      ? []
      : [`content-type: must be application/json, not ${mediaType ?? 'absent'}`]),
    ...validate(operation, requestBody),
  ]
}

function sampleRequestOf(operation: Operation, requestBody: unknown): RecordedRequest {
  return {
    method: operation.method,
    path: operation.samplePath,
    query: '',
    requestHeaders: { 'content-type': 'application/json' },
    requestBody,
  }
}
