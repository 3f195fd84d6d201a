import { z } from 'zod'
import {
  author,
  content,
  conversation,
  id,
  integration,
  message,
  meta,
  metadata,
  nothing,
  page,
  placeName,
  profile,
  switchboardIntegration,
  uri,
  webhook,
  webhookSettings,
} from './own-shapes'

/**
 * What this project relies on of the Sunshine Conversations API, in our own words: for each operation that is used,
 * what we send, strictly, and what we read of the answer; and what we read of each webhook event. The limits are those
 * of Zendesk's API description 17.12, or narrower. The end-to-end tests and those of the live check hold every request
 * against it, and every answer of the sandbox; the former also the events of their apps.
 */

type Exchanged = {
  method: string
  path: string
  query: string
  requestBody: unknown
  status: number
  responseBody: unknown
}

type Operation = {
  /** Without `/v2/apps/{appId}`. */
  path: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  query?: z.ZodType
  /** Left out where no body is sent. */
  body?: z.ZodType
  status: number
  answer: z.ZodType
}

const conversationPath = '/conversations/{conversationId}'
const integrationPath = '/integrations/{integrationId}'
const placesPath = '/switchboards/{switchboardId}/switchboardIntegrations'

export const operations: Operation[] = [
  {
    method: 'GET',
    path: '',
    status: 200,
    answer: z.object({
      app: z.object({
        id,
        subdomain: z.string().nullish(),
        settings: z.object({ multiConvoEnabled: z.boolean() }),
      }),
    }),
  },
  /** `externalId` is set at creation and never again; one that is taken is answered 409. */
  {
    ...{ method: 'POST', path: '/users', status: 201, answer: z.object({ user: z.object({ id }) }) },
    body: z.strictObject({ externalId: z.string().min(1).max(1024), profile }),
  },
  /** `zendeskId` is there once the user is linked to one of Zendesk Support. */
  {
    method: 'GET',
    path: '/users/{userIdOrExternalId}',
    status: 200,
    answer: z.object({
      user: z.object({ id, zendeskId: z.string().nullish(), profile: z.object({ givenName: z.string().nullish() }) }),
    }),
  },
  {
    ...{
      method: 'PATCH',
      path: '/users/{userIdOrExternalId}',
      status: 200,
      answer: z.object({ user: z.object({ id }) }),
    },
    body: z.strictObject({ profile }),
  },
  /** A personal conversation has exactly one participant. */
  {
    ...{ method: 'POST', path: '/conversations', status: 201, answer: z.object({ conversation }) },
    body: z.strictObject({
      type: z.literal('personal'),
      participants: z.tuple([z.strictObject({ userExternalId: z.string().min(1).max(1024) })]),
      metadata,
    }),
  },
  {
    ...{ method: 'GET', path: '/conversations', status: 200 },
    query: z.strictObject({ 'filter[userExternalId]': z.string().min(1), ...page }),
    answer: z.object({ conversations: z.array(conversation), meta }),
  },
  { method: 'GET', path: conversationPath, status: 200, answer: z.object({ conversation }) },
  {
    ...{ method: 'PATCH', path: conversationPath, status: 200, answer: z.object({ conversation }) },
    body: z.strictObject({ metadata }),
  },
  { method: 'DELETE', path: conversationPath, status: 200, answer: nothing },
  { method: 'DELETE', path: `${conversationPath}/messages`, status: 200, answer: nothing },
  /** Without a page's size, the newest hundred. */
  {
    method: 'GET',
    path: `${conversationPath}/messages`,
    status: 200,
    answer: z.object({ messages: z.array(message).max(100) }),
  },
  {
    ...{ method: 'POST', path: `${conversationPath}/messages`, status: 201 },
    body: z.strictObject({ author, content, metadata: metadata.optional() }),
    answer: z.object({ messages: z.array(message).min(1) }),
  },
  /** The target is named by id: the name `next` depends on who holds control. */
  {
    ...{ method: 'POST', path: `${conversationPath}/passControl`, status: 200, answer: nothing },
    body: z.strictObject({ switchboardIntegration: id, metadata: metadata.optional() }),
  },
  {
    ...{ method: 'POST', path: `${conversationPath}/offerControl`, status: 200, answer: nothing },
    body: z.strictObject({ switchboardIntegration: id, metadata: metadata.optional() }),
  },
  {
    ...{ method: 'POST', path: `${conversationPath}/releaseControl`, status: 200, answer: nothing },
    body: z.strictObject({ metadata: metadata.optional() }),
  },
  {
    ...{ method: 'GET', path: '/integrations', status: 200 },
    query: z.strictObject({ 'filter[types]': z.literal('custom'), ...page }),
    answer: z.object({ integrations: z.array(integration), meta }),
  },
  /** A custom integration is created with exactly one webhook; its display name holds 100 characters. */
  {
    ...{ method: 'POST', path: '/integrations', status: 201 },
    body: z.strictObject({
      type: z.literal('custom'),
      displayName: z.string().min(1).max(100),
      webhooks: z.tuple([webhookSettings]),
    }),
    answer: z.object({ integration: integration.extend({ webhooks: z.array(webhook).length(1) }) }),
  },
  { method: 'DELETE', path: integrationPath, status: 200, answer: nothing },
  { method: 'GET', path: `${integrationPath}/webhooks`, status: 200, answer: z.object({ webhooks: z.array(webhook) }) },
  {
    ...{ method: 'POST', path: `${integrationPath}/webhooks`, status: 201, body: webhookSettings },
    answer: z.object({ webhook }),
  },
  {
    ...{ method: 'PATCH', path: `${integrationPath}/webhooks/{webhookId}`, status: 200, body: webhookSettings },
    answer: z.object({ webhook }),
  },
  { method: 'DELETE', path: `${integrationPath}/webhooks/{webhookId}`, status: 200, answer: nothing },
  {
    ...{ method: 'GET', path: '/switchboards', status: 200 },
    answer: z.object({ switchboards: z.array(z.object({ id, enabled: z.boolean() })) }),
  },
  {
    method: 'GET',
    path: placesPath,
    status: 200,
    answer: z.object({ switchboardIntegrations: z.array(switchboardIntegration) }),
  },
  /** Standby events would bring every conversation of the account. */
  {
    ...{ method: 'POST', path: placesPath, status: 201, answer: z.object({ switchboardIntegration }) },
    body: z.strictObject({ name: placeName, integrationId: id, deliverStandbyEvents: z.literal(false) }),
  },
  {
    ...{ method: 'PATCH', path: `${placesPath}/{id}`, status: 200, answer: z.object({ switchboardIntegration }) },
    body: z.strictObject({
      name: placeName.optional(),
      integrationId: id.optional(),
      deliverStandbyEvents: z.literal(false).optional(),
    }),
  },
  { method: 'DELETE', path: `${placesPath}/{id}`, status: 200, answer: nothing },
  /** Multipart; the conversation is named, since a file is shown in no other. */
  {
    ...{ method: 'POST', path: '/attachments', status: 201 },
    query: z.strictObject({ access: z.literal('public'), for: z.literal('message'), conversationId: id }),
    answer: z.object({ attachment: z.object({ mediaUrl: z.string(), mediaType: z.string() }) }),
  },
]

const prefix = /^\/v2\/apps\/[^/]+/

const matches = (template: string, path: string): boolean => {
  const [wanted, given] = [template.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  )
}

export const faultsIn = (what: string, schema: z.ZodType | undefined, value: unknown): string[] => {
  if (!schema) return value === undefined ? [] : [`${what}: not expected`]
  const { error } = schema.safeParse(value)
  return error?.issues.map(({ path, message: text }) => `${what}/${path.join('/')}: ${text}`) ?? []
}

type Request = Omit<Exchanged, 'status' | 'responseBody'>
type Response = Omit<Exchanged, 'query' | 'requestBody'>

type Contract = {
  /** What is wrong with what was sent; empty where all is as relied on. */
  requestViolations: (request: Request) => string[]
  /**
   * What is wrong with an answer: another status of success, or a shape that we could not read. Refusals are not
   * judged.
   */
  answerViolations: (response: Response) => string[]
}

/** @param known of two for the same path, the first counts */
const contractOf = (known: Operation[]): Contract => {
  const operationOf = ({ method, path }: Pick<Exchanged, 'method' | 'path'>): Operation | undefined => {
    const below = path.replace(prefix, '')
    return known.find((candidate) => candidate.method === method && matches(candidate.path, below))
  }
  return {
    requestViolations: ({ method, path, query, requestBody }) => {
      const operation = operationOf({ method, path })
      if (!operation) return [`${method} ${path}: not an operation that this project uses`]
      const parameters = Object.fromEntries(new URLSearchParams(query))
      // What is uploaded is no JSON, and not recorded.
      const body = operation.path === '/attachments' ? undefined : requestBody
      return [
        ...faultsIn('query', operation.query ?? z.strictObject({}), parameters),
        ...faultsIn('body', operation.body, body),
      ].map((fault) => `${method} ${operation.path} ${fault}`)
    },
    answerViolations: ({ method, path, status, responseBody }) => {
      const operation = operationOf({ method, path })
      if (!operation || status >= 300) return []
      const faults = status === operation.status ? [] : [`status: ${status}, not ${operation.status}`]
      return [...faults, ...faultsIn('answer', operation.answer, responseBody)].map(
        (fault) => `${method} ${operation.path} ${fault}`
      )
    },
  }
}

export const { requestViolations, answerViolations } = contractOf(operations)

/** What the live check may do beyond that: it removes what it made, and must hear nothing of the account. */
export const ofLiveCheck = contractOf([
  { method: 'DELETE', path: '/users/{userIdOrExternalId}', status: 200, answer: nothing },
  {
    ...{ method: 'POST', path: '/attachments/remove', status: 200, answer: nothing },
    body: z.strictObject({ mediaUrl: uri }),
  },
  {
    ...{ method: 'POST', path: '/integrations', status: 201 },
    body: z.strictObject({
      type: z.literal('custom'),
      displayName: z.string().min(1).max(100),
      webhooks: z.tuple([
        z.strictObject({ target: uri, triggers: z.tuple([z.literal('switchboard:acceptControl:failure')]) }),
      ]),
    }),
    answer: z.object({ integration }),
  },
  ...operations,
])
