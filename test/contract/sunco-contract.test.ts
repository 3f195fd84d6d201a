import { describe, expect, it } from 'vitest'
import { loadSuncoContract, type RecordedRequest } from './sunco-contract'

const contract = loadSuncoContract()

const APP = '/v2/apps/67a0e55ef0305f4a391e9d69'
const CONVERSATION = `${APP}/conversations/67a0ecf8f0305f4a391e9db1`

const request = (method: string, path: string, requestBody?: unknown, query = ''): RecordedRequest => ({
  method,
  path,
  query,
  requestHeaders: requestBody === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' },
  requestBody,
})
const violationsOf = (...args: Parameters<typeof request>): string[] | undefined =>
  contract?.violationsOf(request(...args))

describe.skipIf(!contract)('requests held against the published API description', () => {
  describe('POST messages', () => {
    const post = (body: unknown): string[] | undefined => violationsOf('POST', `${CONVERSATION}/messages`, body)
    const author = { type: 'user', userId: '67a11490f0305f4a391e9f8a' }
    const text = { type: 'text', text: 'Hello' }

    it('accepts a text with flat metadata', () => {
      expect(post({ author, content: text, metadata: { origin: 'bot', count: 1, first: true } })).toEqual([])
    })

    it('accepts an image, and refuses one without an absolute URL', () => {
      expect(post({ author, content: { type: 'image', mediaUrl: 'https://example.org/image.jpg' } })).toEqual([])
      expect(post({ author, content: { type: 'image', mediaUrl: 'image.jpg' } })).toEqual([
        'body/content/mediaUrl: must match format "uri"',
      ])
    })

    it('refuses an unknown type of content', () => {
      expect(post({ author, content: { type: 'video', mediaUrl: 'https://example.org/video.mp4' } })).toEqual([
        expect.stringContaining('body/content/type: must be equal to one of the allowed values'),
      ])
    })

    it('refuses a missing author', () => {
      expect(post({ content: text })).toEqual(["body: must have required property 'author'"])
    })

    it('refuses misspelt fields, at the top and further down', () => {
      expect(post({ author, content: text, metdata: {} })).toEqual(['body/metdata: unknown'])
      expect(post({ author: { ...author, userID: '1' }, content: text })).toEqual(['body/author/userID: unknown'])
      expect(post({ author, content: { ...text, txt: 'Hello' } })).toEqual(['body/content/txt: unknown'])
      const action = { type: 'reply', text: 'Yes', payload: 'YES', iconURL: '' }
      expect(post({ author, content: { ...text, actions: [action] } })).toEqual([
        'body/content/actions/0/iconURL: unknown',
      ])
    })

    it('judges an action by its own kind', () => {
      const withAction = (action: unknown): unknown => ({ author, content: { ...text, actions: [action] } })
      expect(post(withAction({ type: 'link', text: 'Open', uri: 'https://example.org' }))).toEqual([])
      expect(post(withAction({ type: 'link', text: 'Open' }))).toEqual([
        "body/content/actions/0: must have required property 'uri'",
      ])
      expect(post(withAction({ type: 'call', text: 'Call' }))).toEqual([
        expect.stringContaining('body/content/actions/0/type'),
      ])
    })

    it('refuses the field of another kind of content', () => {
      const location = { type: 'location', coordinates: { lat: 1, long: 2 } }
      expect(post({ author, content: location })).toEqual([])
      expect(post({ author, content: { ...location, mediaUrl: 'https://example.org' } })).toEqual([
        'body/content/mediaUrl: unknown',
      ])
    })

    it('refuses a read-only field', () => {
      const file = { type: 'file', mediaUrl: 'https://example.org/faq.pdf', mediaSize: 100 }
      expect(post({ author, content: file })).toEqual([expect.stringContaining('body/content/mediaSize: reserved')])
    })

    it('refuses a text over the limit, and names nothing else', () => {
      expect(post({ author, content: { ...text, text: 'x'.repeat(4097) } })).toEqual([
        'body/content/text: must NOT have more than 4096 characters',
      ])
    })

    it('refuses a missing body, an unparsed one and a wrong content type', () => {
      expect(post(undefined)).toEqual(['body: missing'])
      expect(post('{"author":')).toEqual(['body: must be object'])
      const conforming = request('POST', `${CONVERSATION}/messages`, { author, content: text })
      expect(contract?.violationsOf({ ...conforming, requestHeaders: { 'content-type': 'text/plain' } })).toEqual([
        'content-type: must be application/json, not text/plain',
      ])
    })
  })

  describe('POST conversations', () => {
    const post = (body: unknown): string[] | undefined => violationsOf('POST', `${APP}/conversations`, body)

    it('accepts a personal conversation with a participant, and null where it is allowed', () => {
      const participants = [{ userId: '67a11490f0305f4a391e9f8a', subscribeSDKClient: false }]
      expect(post({ type: 'personal', participants, displayName: 'Support', iconUrl: null })).toEqual([])
    })

    it('refuses an unknown type, a missing one and a misspelt participant', () => {
      expect(post({ type: 'group' })).toEqual([expect.stringContaining('body/type: must be equal to one of')])
      expect(post({ participants: [] })).toEqual(["body: must have required property 'type'"])
      expect(post({ type: 'personal', participants: [{ userid: '1' }] })).toEqual([
        'body/participants/0/userid: unknown',
      ])
    })
  })

  describe('POST and PATCH users', () => {
    it('accepts a profile', () => {
      const profile = { givenName: 'Ada', surname: null, email: 'ada@example.org', locale: 'en-GB' }
      expect(violationsOf('POST', `${APP}/users`, { externalId: 'botpress:1', profile })).toEqual([])
      expect(violationsOf('PATCH', `${APP}/users/1`, { profile })).toEqual([])
    })

    it('refuses an empty name, a malformed e-mail address and a changed external id', () => {
      expect(violationsOf('POST', `${APP}/users`, { profile: { givenName: '', email: 'ada' } })).toEqual([
        'body/profile/givenName: must NOT have fewer than 1 characters',
        'body/profile/email: must match format "email"',
      ])
      expect(violationsOf('PATCH', `${APP}/users/1`, { externalId: 'other' })).toEqual(['body/externalId: unknown'])
    })
  })

  describe('POST passControl', () => {
    const pass = (metadata: unknown): string[] | undefined =>
      violationsOf('POST', `${CONVERSATION}/passControl`, { switchboardIntegration: 'zd:agentWorkspace', metadata })

    it('accepts scalars under any name', () => {
      expect(pass({ 'dataCapture.systemField.tags': 'a,b', 'dataCapture.ticketField.1': 2, vip: true })).toEqual([])
    })

    it('refuses nested objects, arrays and null as values', () => {
      expect(pass({ requester: { name: 'Ada' } })).toEqual(['body/metadata/requester: must be string,number,boolean'])
      expect(pass({ tags: ['a'] })).toEqual(['body/metadata/tags: must be string,number,boolean'])
      expect(pass({ tags: null })).toEqual(['body/metadata/tags: must be string,number,boolean'])
      expect(pass(['a'])).toEqual(['body/metadata: must be object,null'])
    })

    it('refuses more than 4 KB, counted in bytes', () => {
      expect(pass({ a: 'é'.repeat(2000) })).toEqual([])
      expect(pass({ a: 'é'.repeat(2048) })).toEqual(['body/metadata: must not exceed 4096 bytes as JSON'])
    })

    it('refuses a missing target', () => {
      expect(violationsOf('POST', `${CONVERSATION}/passControl`, {})).toEqual([
        "body: must have required property 'switchboardIntegration'",
      ])
    })
  })

  describe('bodies that are optional or not taken', () => {
    it('accepts releaseControl without a body, but not acceptControl', () => {
      expect(violationsOf('POST', `${CONVERSATION}/releaseControl`)).toEqual([])
      expect(violationsOf('POST', `${CONVERSATION}/acceptControl`)).toEqual(['body: missing'])
      expect(violationsOf('POST', `${CONVERSATION}/acceptControl`, {})).toEqual([])
    })

    it('refuses a body where none is described', () => {
      expect(violationsOf('POST', `${APP}/switchboards`)).toEqual([])
      expect(violationsOf('POST', `${APP}/switchboards`, { enabled: true })).toEqual(['body: the operation takes none'])
    })

    it('refuses to leave a conversation as nobody, or under two ids at once', () => {
      const leave = (body: unknown): string[] | undefined => violationsOf('POST', `${CONVERSATION}/leave`, body)
      expect(leave({ userExternalId: 'botpress:1' })).toEqual([])
      expect(leave({})).toHaveLength(1)
      expect(leave({ userId: '1', participantId: '2' })).toHaveLength(1)
    })
  })

  describe('integrations, webhooks and switchboard integrations', () => {
    const webhook = { target: 'https://example.org/hook', triggers: ['conversation:message'], includeFullUser: true }

    it('accepts a custom integration with one webhook', () => {
      const body = { type: 'custom', displayName: 'Botpress', webhooks: [webhook] }
      expect(violationsOf('POST', `${APP}/integrations`, body)).toEqual([])
    })

    it('refuses a custom integration without a webhook, with two, with a foreign field or with an id', () => {
      const post = (rest: object): string[] | undefined =>
        violationsOf('POST', `${APP}/integrations`, { type: 'custom', ...rest })
      expect(post({})).toEqual(["body: must have required property 'webhooks'"])
      expect(post({ webhooks: [webhook, webhook] })).toEqual(['body/webhooks: must NOT have more than 1 items'])
      expect(post({ webhooks: [webhook], brandColor: 'ffffff' })).toEqual(['body/brandColor: unknown'])
      expect(post({ webhooks: [{ ...webhook, url: '' }] })).toEqual(['body/webhooks/0/url: unknown'])
      expect(post({ webhooks: [webhook], id: '1' })).toEqual([expect.stringContaining('body/id: reserved')])
    })

    it('accepts a webhook, and refuses one without triggers', () => {
      expect(violationsOf('POST', `${APP}/integrations/1/webhooks`, webhook)).toEqual([])
      expect(violationsOf('POST', `${APP}/integrations/1/webhooks`, { target: webhook.target })).toEqual([
        "body: must have required property 'triggers'",
      ])
    })

    it('accepts a switchboard integration, and refuses a history over the limit', () => {
      const path = `${APP}/switchboards/1/switchboardIntegrations`
      const body = { name: 'botpress', integrationId: '1', nextSwitchboardIntegrationId: null }
      expect(violationsOf('POST', path, { ...body, messageHistoryCount: 10 })).toEqual([])
      expect(violationsOf('POST', path, { ...body, messageHistoryCount: 11 })).toEqual([
        'body/messageHistoryCount: must be <= 10',
      ])
    })
  })

  describe('paths and query parameters', () => {
    const list = (query: string): string[] | undefined => violationsOf('GET', `${APP}/integrations`, undefined, query)

    it('accepts nested parameters, escaped or not', () => {
      expect(list('?page[size]=100&filter[types]=custom')).toEqual([])
      expect(list('?page%5Bsize%5D=100&filter%5Btypes%5D=custom')).toEqual([])
      expect(list('')).toEqual([])
    })

    it('refuses unknown, malformed and repeated ones', () => {
      expect(list('?limit=10')).toEqual(['query/limit: unknown'])
      expect(list('?page[limit]=10')).toEqual(['query/page/limit: unknown'])
      expect(list('?page[size]=101')).toEqual(['query/page/size: must be <= 100'])
      expect(list('?page=2')).toEqual(['query/page: must be object'])
      expect(list('?page[size]=1&page[size]=2')).toEqual(['query: page[size] is given more than once'])
    })

    it('refuses a missing one', () => {
      expect(violationsOf('GET', `${APP}/conversations`)).toEqual(["query: must have required property 'filter'"])
      expect(violationsOf('POST', `${APP}/attachments`, 'bytes')).toEqual([
        "query: must have required property 'access'",
      ])
      expect(violationsOf('POST', `${APP}/attachments`, 'bytes', '?access=public&for=message')).toEqual([])
    })

    it('refuses an unknown path and a method that the path does not have', () => {
      expect(violationsOf('GET', `${APP}/tickets`)).toEqual([`path: ${APP}/tickets is unknown`])
      expect(violationsOf('GET', `${APP}/users/`)).toEqual([`path: ${APP}/users/ is unknown`])
      expect(violationsOf('PUT', `${APP}/users/1`)).toEqual([`method: PUT is not allowed for ${APP}/users/1`])
    })
  })
})

describe.skipIf(!contract)('responses held against the published API description', () => {
  const createUser = request('POST', `${APP}/users`, {})
  const respond = (status: number, body: unknown): string[] | undefined =>
    contract?.responseViolationsOf(createUser, status, body)

  it('accepts the documented user', () => {
    const body = contract?.examples.createUser
    expect(body).toHaveProperty('user.id')
    expect(respond(201, body)).toEqual([])
  })

  it('refuses an invented field, a wrong type and a status that is not described', () => {
    expect(respond(201, { user: { id: '1', nickname: 'Ada' } })).toEqual(['body/user/nickname: unknown'])
    expect(respond(201, { user: { id: 1 } })).toEqual(['body/user/id: must be string'])
    expect(respond(202, {})).toEqual([expect.stringContaining('status: 202 is not described')])
  })

  it('accepts null where a field overrules its schema in that, and only there', () => {
    const get = request('GET', CONVERSATION)
    const withActive = (value: unknown): string[] | undefined =>
      contract?.responseViolationsOf(get, 200, { conversation: { activeSwitchboardIntegration: value } })
    expect(withActive(null)).toEqual([])
    expect(withActive({ id: '1', active: true })).toEqual([
      'body/conversation/activeSwitchboardIntegration/active: unknown',
    ])
    expect(respond(201, { user: { metadata: null } })).toEqual(['body/user/metadata: must not be null'])
  })

  it('holds errors against the error format, except those of a proxy', () => {
    expect(respond(409, { errors: [{ code: 'conflict', title: 'Exists' }] })).toEqual([])
    expect(respond(429, { error: 'too many' })).toEqual(['body/error: unknown'])
    expect(respond(503, 'Service Unavailable')).toEqual([])
  })
})

describe.skipIf(!contract)('examples of the API description itself', () => {
  it('finds no fault with the requests', () => {
    const examples = contract?.requestExamples ?? []
    expect(examples.length).toBeGreaterThan(15)
    expect(examples.flatMap(({ title, request: example }) => faults(title, contract?.violationsOf(example)))).toEqual(
      []
    )
  })

  it('finds no fault with the responses but the one that contradicts its schema', () => {
    const examples = contract?.responseExamples ?? []
    expect(examples.length).toBeGreaterThan(100)
    expect(
      examples.flatMap(({ title, request: example, status, body }) =>
        faults(title, contract?.responseViolationsOf(example, status, body))
      )
    ).toEqual([
      'POST /v2/apps/{appId}/conversations/{conversationId}/conversionEvents 200: default' +
        ' → body/conversionEvents/datasetId: must be string',
    ])
  })
})

function faults(title: string, violations: string[] = []): string[] {
  return violations.map((violation) => `${title} → ${violation}`)
}
