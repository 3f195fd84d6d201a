import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HandlerContext } from '../botpress'
import { accessOf } from './access'
import { prepareTicket } from './index'
import { sessionTagOf } from './session-tag'

type Ctx = HandlerContext['ctx']
const client = { supportClientId: ' id ', supportClientSecret: ' secret ' }
const context = (configuration: Record<string, unknown>): { ctx: Ctx } => ({ ctx: { configuration } as unknown as Ctx })

describe('the way to Zendesk Support', () => {
  // Not in the environment of this process' other tests either.
  beforeEach(() => void vi.stubEnv('ZENDESK_SUPPORT_API_URL', ''))
  afterEach(() => void vi.unstubAllEnvs())

  it.each([
    ['configured', { subdomain: 'acme' }, 'kept', 'https://acme.zendesk.com'],
    [
      'configured as an address',
      { subdomain: ' https://Acme.zendesk.com/agent ' },
      undefined,
      'https://acme.zendesk.com',
    ],
    ['kept', {}, 'kept', 'https://kept.zendesk.com'],
    ['kept, and no subdomain', {}, 'evil.example.com/', undefined],
    ['unknown', {}, undefined, undefined],
  ])('leads to the subdomain that is %s', (_, configuration, kept, expected) => {
    const access = accessOf(context({ ...client, ...configuration }), kept)
    expect(access).toEqual(expected && { host: expected, clientId: 'id', clientSecret: 'secret' })
  })

  it.each([
    [{}],
    [{ supportClientId: 'id' }],
    [{ supportClientSecret: 'secret' }],
    [{ supportClientId: 'id', supportClientSecret: ' ' }],
  ])('does not exist with %j alone', (configuration) => {
    expect(accessOf(context(configuration), 'kept')).toBeUndefined()
    expect(prepareTicket(context(configuration), 'ABC', 'title')).toEqual({
      ticketTags: [],
      conversationTags: {},
    })
  })
})

describe('what a handoff prepares', () => {
  it('is a tag as Zendesk writes tags, and a subject of sane length', () => {
    expect(sessionTagOf('65F0C0FFEE65F0C0FFEE0001')).toBe('bp_s_65f0c0ffee65f0c0ffee0001')
    const { ticketSubject } = prepareTicket(context(client), 'a', ` ${'x'.repeat(400)}`).conversationTags
    expect(ticketSubject!.length).toBeLessThanOrEqual(150)
    const nameless = { ticketTags: ['bp_s_a'], conversationTags: { ticketDue: 'true' } }
    expect(prepareTicket(context(client), 'a', '  ')).toEqual(nameless)
    expect(prepareTicket(context(client), 'a', undefined)).toEqual(nameless)
  })

  it('does not cut a title inside a character: Botpress may refuse such a tag, and the handoff with it', () => {
    const { ticketSubject } = prepareTicket(context(client), 'a', `${'x'.repeat(149)}😀 and more`).conversationTags
    expect(ticketSubject).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
  })
})
