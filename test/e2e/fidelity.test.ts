import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problems'
import { ada, seen, useFaults, useStage, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

const picture = { name: 'parcel.png', mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) }
const agentMessages = ({ customer }: Handoff) => customer.messages.filter(({ from }) => from === 'agent')

describe('a file of an agent', () => {
  it('that anyone can open goes by its own link', async () => {
    const handoff = await stage.newHandoff()
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png', altText: 'parcel.png' })
    const [message] = await seen('the picture', () => agentMessages(handoff).length > 0 && agentMessages(handoff))
    expect(message).toMatchObject({ type: 'image', payload: { imageUrl: mediaUrl, title: 'parcel.png' } })
  })

  it('that is private is copied to where the customer can open it, with its caption', async () => {
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    expect((await fetch(mediaUrl)).status).toBe(401)
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png', text: 'Your parcel' })
    const [message] = await seen('the picture', () => agentMessages(handoff).length > 0 && agentMessages(handoff))
    const [image, caption] = message!.payload.items as { type: string; payload: Record<string, string> }[]
    expect(caption).toEqual({ type: 'text', payload: { text: 'Your parcel' } })
    const response = await fetch(image!.payload.imageUrl!)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(picture.bytes)
    const [file] = [...handoff.installation.files.values()]
    expect(Date.parse(file?.file.expiresAt ?? '')).toBeGreaterThan(Date.now())
  })

  it('is tried again where Zendesk fails for a moment', async () => {
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    suncoFaults.next(/GET \/sc\/attachments/, { kind: 'refuse', status: 503 }, 3)
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png' })
    await seen('the picture', () => agentMessages(handoff).length > 0)
    expect(agentMessages(handoff)[0]?.type).toBe('image')
  })

  it.each([
    ['files fail', /PUT .*\/files$/, { kind: 'refuse', status: 500 }],
    ['storage breaks off', /PUT \/uploads\//, { kind: 'dropBefore' }],
  ] as const)('is delivered again where Botpress’ %s for a moment', async (_, match, fault) => {
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    botpressFaults.next(match, fault, 4)
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png' })
    agent.say(handoff.conversationId, 'Do you see it?')
    await seen('both', () => agentMessages(handoff).length === 2, 20_000)
    expect(agentMessages(handoff).map(({ type }) => type)).toEqual(['image', 'text'])
  })

  it('does not wait for slow files of other installations', async () => {
    const handoffs = await Promise.all(
      [1, 2, 3].map(() => stage.newBot({ privateAttachments: true }).then(stage.newHandoff))
    )
    suncoFaults.next(/GET .*\/sc\/attachments/, { kind: 'delay', ms: 3_500 }, Infinity)
    for (const { app, conversationId } of handoffs) {
      const { mediaUrl } = app.agent(ada).uploadFile(conversationId, picture)
      app.agent(ada).say(conversationId, { type: 'image', mediaUrl, mediaType: 'image/png' })
    }
    await seen('all', () => handoffs.every((handoff) => agentMessages(handoff).length > 0), 20_000)
    expect(handoffs.map((handoff) => agentMessages(handoff)[0]?.type)).toEqual(['image', 'image', 'image'])
  })

  it('whose host hangs is named after a minute, and keeps back nothing that follows', async () => {
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    suncoFaults.next(/GET \/sc\/attachments/, { kind: 'hang' }, Infinity)
    const file = { type: 'file', mediaUrl, mediaType: 'application/pdf', altText: 'bill.pdf' } as const
    const items = [1, 2, 3].map((n) => ({ title: `kettle ${n}`, mediaUrl, actions: [] }))
    for (const content of [file, { type: 'carousel', items } as const]) {
      const message = agent.say(handoff.conversationId, content)
      message.received = new Date(Date.now() - 61_000).toISOString()
    }
    agent.say(handoff.conversationId, 'Do you see it?')
    await seen('all', () => agentMessages(handoff).length === 3, 40_000)
    const [line, , question] = agentMessages(handoff).map(({ payload }) => payload.text)
    expect([line, question]).toEqual(['This file cannot be shown here: bill.pdf', 'Do you see it?'])
  })

  it('that cannot be had is named', async () => {
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, picture)
    suncoFaults.next(/GET \/sc\/attachments/, { kind: 'refuse', status: 403 }, 4)
    agent.say(handoff.conversationId, { type: 'file', mediaUrl, mediaType: 'application/pdf', altText: 'bill.pdf' })
    await seen('a line', () => agentMessages(handoff).length > 0)
    expect(agentMessages(handoff)[0]?.payload.text).toBe('This file cannot be shown here: bill.pdf')
    expect(stage.world().integration.log.join('\n')).toContain('could not be passed on (not readable)')
  })
})

describe('a file of a customer', () => {
  it('is no way to read Zendesk’s API with our key', async () => {
    const handoff = await stage.newHandoff()
    const { appId, integrations } = handoff.app
    const imageUrl = `${stage.world().sunco.url}/sc/v2/apps/${appId}/integrations/${[...integrations.keys()][0]}/webhooks`
    await handoff.customer.say({ type: 'image', payload: { imageUrl } })
    expect(handoff.app.attachments.size).toBe(0)
  })

  it('that lives in another conversation of Zendesk’s is copied into this one', async () => {
    const other = await stage.newHandoff()
    const { mediaUrl } = other.app.agent(ada).uploadFile(other.conversationId, picture)
    const handoff = await stage.newHandoff(other)
    await handoff.customer.say({ type: 'image', payload: { imageUrl: mediaUrl, title: 'Look' } })
    const [posted] = handoff.inZendesk().filter(({ author }) => author.type === 'user')
    expect(posted?.content).toMatchObject({ type: 'image', altText: 'Look' })
    expect(posted?.content.mediaUrl).not.toBe(mediaUrl)
    expect(handoff.plugin.lost).toEqual([])
  })
})

describe('a file of a customer that cannot be copied in time', () => {
  it('goes by its link', async () => {
    const other = await stage.newHandoff()
    const { mediaUrl } = other.app.agent(ada).uploadFile(other.conversationId, picture)
    const handoff = await stage.newHandoff(other)
    suncoFaults.next(/POST .*\/attachments$/, { kind: 'hang' }, Infinity)
    const caption = `Look ${'here '.repeat(60)}and there`
    await handoff.customer.say({ type: 'image', payload: { imageUrl: mediaUrl, title: caption } })
    expect(handoff.fromCustomer()).toEqual([`${caption}: ${mediaUrl}`])
    expect(handoff.plugin.lost).toEqual([])
  })
})

describe('Markdown of a customer', () => {
  it('goes out formatted, and plain where Sunco refuses it', async () => {
    const handoff = await stage.newHandoff()
    const item = (markdown: string) => ({
      type: 'bloc',
      payload: { items: [{ type: 'markdown', payload: { markdown } }] },
    })
    await handoff.customer.say(item('**bold**'))
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    await handoff.customer.say(item('*too long once it is HTML*'))
    const posted = handoff.inZendesk().filter(({ author }) => author.type === 'user')
    expect(posted[0]?.content.htmlText).toContain('<strong>bold</strong>')
    expect(posted[1]?.content).toMatchObject({ type: 'text', text: '*too long once it is HTML*' })
  })
})

describe('the ticket', () => {
  it('carries the whole of a long history as a file', async () => {
    const bot = await stage.newBot()
    const { userId } = await bot.installation.callAction('createUser', { name: 'Jane', email: 'jane@example.com' })
    const messageHistory = Array.from({ length: 300 }, (_, n) => ({
      source: { type: 'user', userId: 'u' },
      type: 'text',
      payload: { text: `turn ${n} ${'x'.repeat(900)}` },
    }))
    await bot.installation.callAction('startHitl', { userId, messageHistory })
    const transcript = bot.app.tickets[0]?.transcript ?? []
    expect(transcript.at(-1)?.content).toMatchObject({ type: 'file', altText: 'transcript.txt' })
    const file = Buffer.from(await (await fetch(String(transcript.at(-1)?.content.mediaUrl))).arrayBuffer())
    // By its first bytes, a browser knows that it is UTF-8.
    expect(file.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const whole = file.toString()
    expect(whole).toContain('Jane: turn 0 ')
    expect(whole).toContain('Jane: turn 299 ')
    expect(transcript.length).toBeLessThanOrEqual(6)
  })

  it.each([
    ['groupId', { groupId: 'Support' }, 'groupId'],
    ['priority', { priority: 'Sky-high' }, 'priority'],
    ['customTicketFields', { customTicketFields: [{ id: 'colour', value: 'red' }] }, 'customTicketFields.0.id'],
  ])('is refused by the name of the field: %s', async (_, hitlSession, field) => {
    const bot = await stage.newBot()
    const { userId } = await bot.installation.callAction('createUser', { name: 'Jane', email: 'jane@example.com' })
    const started = await bot.installation.tryAction('startHitl', { userId, messageHistory: [], hitlSession })
    expect(started).toMatchObject({ status: 400, body: { message: problems.badTicketField(field) } })
    expect(bot.app.conversations.size).toBe(0)
  })

  it('takes numbers for ids, and empty fields for none', async () => {
    const { ticket } = await stage.newHandoff(undefined, {
      hitlSession: {
        groupId: 42,
        brandId: '',
        priority: 'high',
        tags: [],
        customTicketFields: [{ id: 7, value: true }],
      },
    })
    expect(ticket.fields).toMatchObject({
      'dataCapture.systemField.group_id': '42',
      'dataCapture.systemField.priority': 'high',
      'dataCapture.ticketField.7': 'true',
    })
    expect(Object.keys(ticket.fields)).not.toContain('dataCapture.systemField.brand_id')
  })

  it('belongs to the person whom the bot builder names, whose profile stays as it is once they are known', async () => {
    const bot = await stage.newBot()
    const first = await stage.newHandoff(bot, { hitlSession: { requesterExternalId: 'crm-1' } })
    const known = [...bot.app.users.values()].find(({ externalId }) => externalId === 'crm-1')
    expect(first.ticket.requesterUserId).toBe(known?.id)
    expect(first.ticket.fields).toEqual({
      'dataCapture.systemField.requester.name': expect.stringMatching(/^Jane/) as string,
    })
    const profile = structuredClone(known?.profile)
    const second = await stage.newHandoff(bot, { hitlSession: { requesterExternalId: 'crm-1' } })
    expect(second.ticket.requesterUserId).toBe(known?.id)
    expect([...bot.app.users.values()].find(({ externalId }) => externalId === 'crm-1')?.profile).toEqual(profile)
    expect(second.ticket.fields).toEqual({})
    await first.customer.say('It was me')
    expect(first.inZendesk().at(-1)?.author.userId).toBe(known?.id)
    await second.customer.say('It is me')
    expect(second.inZendesk().at(-1)?.author.userId).toBe(known?.id)
  })
})

describe('a person whom the bot builder names', () => {
  it.each([
    ['the conversation', /POST .*conversations$/],
    ['handing over', /POST .*passControl$/],
  ])('has a name in Zendesk although the first handoff failed: %s', async (_, match) => {
    const bot = await stage.newBot()
    const { userId } = await bot.installation.callAction('createUser', { name: 'Jane\nDoe', email: 'jane@example.com' })
    const start = () => {
      const hitlSession = { requesterExternalId: 'crm-1' }
      return bot.installation.tryAction('startHitl', { userId, messageHistory: [], hitlSession })
    }
    suncoFaults.next(match, { kind: 'refuse', status: 403 }, Infinity)
    expect((await start()).status).toBe(400)
    suncoFaults.clear()
    expect((await start()).status).toBe(200)
    const person = [...bot.app.users.values()].find(({ externalId }) => externalId === 'crm-1')
    expect(person?.profile).toEqual({ givenName: 'Jane Doe' })
  })
})

describe('a new person of whose making we were not told', () => {
  it.each([
    ['has the customer’s name', undefined],
    ['keeps a name that was there', 'Known'],
  ])('%s', async (_, givenName) => {
    const bot = await stage.newBot()
    const { userId } = await bot.installation.callAction('createUser', { name: 'Jane', email: 'jane@example.com' })
    const hitlSession = { requesterExternalId: 'crm-1' }
    const start = () => bot.installation.tryAction('startHitl', { userId, messageHistory: [], hitlSession })
    const profile = () => [...bot.app.users.values()].find(({ externalId }) => externalId === 'crm-1')!.profile
    if (givenName) {
      await start()
      Object.assign(profile(), { givenName })
    }
    suncoFaults.next(/POST .*users$/, { kind: 'dropAfter' })
    expect((await start()).status).toBe(200)
    expect(bot.app.tickets.at(-1)?.fields).toEqual(
      givenName ? {} : { 'dataCapture.systemField.requester.name': 'Jane' }
    )
  })
})

describe('an activity', () => {
  it('ends the session with its reason', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    const { metadata } = handoff.app.conversations.get(handoff.conversationId)!
    const message = {
      id: 'a'.repeat(24),
      author: { type: 'business', subtypes: ['activity'] },
      content: { type: 'text', text: 'Conversation ended' },
      activity: { type: 'conversation:endedByUser' },
    }
    const payload = { conversation: { id: handoff.conversationId, metadata }, message }
    await handoff.app.emit([{ type: 'conversation:message', payload }])
    await seen('the end', () => !handoff.customer.isWithAgent())
    expect(handoff.installation.conversations.get(conversationId)?.tags.endReason).toBe('endedByUser')
  })
})
