import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problems'
import { useFaults, useStage, type Bot } from './stage'

const { sunco: faults } = useFaults()
const stage = useStage({ sunco: { fault: faults.fault } })

const createUser = async ({ installation }: Bot, input: Record<string, unknown>) =>
  String((await installation.callAction('createUser', input)).userId)

const history = (count: number, length: number) =>
  Array.from({ length: count }, (_, n) => ({
    source: n % 2 ? { type: 'bot' } : { type: 'user', userId: 'someone' },
    type: 'text',
    payload: { text: `turn ${n} ${'word '.repeat(length / 5)}` },
  }))

const start = async (bot: Bot, input: Record<string, unknown> = {}) => {
  const userId = await createUser(bot, { name: 'Jane Doe', email: 'jane@example.com' })
  return bot.installation.tryAction('startHitl', { userId, messageHistory: [], ...input })
}

describe('createUser', () => {
  it('makes a Sunco user whose external id is the Botpress user', async () => {
    const bot = await stage.newBot()
    const userId = await createUser(bot, {
      name: 'Jane Doe',
      email: 'Jane@Example.com ',
      pictureUrl: 'https://example.com/jane.png',
    })
    const [user] = bot.app.users.values()
    expect(user).toMatchObject({
      externalId: userId,
      profile: { givenName: 'Jane Doe', email: 'jane@example.com', avatarUrl: 'https://example.com/jane.png' },
    })
    expect(bot.installation.users.get(userId)?.tags).toEqual({ id: user?.id, email: 'jane@example.com' })
  })

  it('finds the customer again and brings them up to date', async () => {
    const bot = await stage.newBot()
    const first = await createUser(bot, { name: 'Jane', email: 'jane@example.com' })
    expect(await createUser(bot, { name: 'Jane', email: 'jane@example.com' })).toBe(first)
    await createUser(bot, { name: 'Jane Roe', email: 'jane@example.com', pictureUrl: 'https://example.com/roe.png' })
    expect([...bot.app.users.values()]).toHaveLength(1)
    expect([...bot.app.users.values()][0]?.profile).toMatchObject({
      givenName: 'Jane Roe',
      avatarUrl: 'https://example.com/roe.png',
    })
    expect(bot.installation.users.get(first)).toMatchObject({ name: 'Jane Roe' })
  })

  it('makes one user when ten calls race', async () => {
    const bot = await stage.newBot()
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => createUser(bot, { name: 'Jane', email: 'jane@example.com' }))
    )
    expect(new Set(ids).size).toBe(1)
    expect(bot.app.users.size).toBe(1)
  })

  it('makes the user again where someone deleted it in Zendesk', async () => {
    const bot = await stage.newBot()
    const userId = await createUser(bot, { name: 'Jane', email: 'jane@example.com' })
    bot.app.removeUser(userId)
    expect(await createUser(bot, { name: 'Jane', email: 'jane@example.com' })).toBe(userId)
    expect([...bot.app.users.values()].map(({ externalId }) => externalId)).toEqual([userId])
  })

  it.each(['jane@example.com.', 'jane@example..com', '<jane@example.com>', 'info@müller.de'])(
    'leaves out %s, which is no address for Sunco',
    async (email) => {
      const bot = await stage.newBot()
      await createUser(bot, { name: 'Jane', email })
      expect([...bot.app.users.values()][0]?.profile).toEqual({ givenName: 'Jane' })
    }
  )

  it('makes a user without an address that is too long to be one', async () => {
    const bot = await stage.newBot()
    await createUser(bot, { name: 'Jane', email: `${'x'.repeat(600)}@example.com` })
    expect([...bot.app.users.values()][0]?.profile).toEqual({ givenName: 'Jane' })
  })

  it('encodes the URL of a picture', async () => {
    const bot = await stage.newBot()
    await createUser(bot, { name: 'Jane', pictureUrl: 'https://example.com/a füll picture.png' })
    const [user] = bot.app.users.values()
    expect(user?.profile?.avatarUrl).toBe('https://example.com/a%20f%C3%BCll%20picture.png')
  })

  it('leaves address and picture out where Zendesk refuses them', async () => {
    const bot = await stage.newBot()
    const input = { name: 'Jane', email: 'jane@example.com', pictureUrl: 'https://example.com/jane.png' }
    faults.next(/POST .*\/users$/, { kind: 'refuse', status: 400 })
    await createUser(bot, input)
    expect([...bot.app.users.values()][0]?.profile).toEqual({ givenName: 'Jane' })
    expect(stage.world().integration.log.join('\n')).toContain('both were left out')
    await createUser(bot, input)
    expect([...bot.app.users.values()][0]?.profile).toMatchObject({ email: 'jane@example.com' })
  })

  it('keeps an address that the plugin made up to itself', async () => {
    const bot = await stage.newBot()
    const email = 'user_01J8@no-reply.bot-a1b2.botpress.com'
    const userId = await createUser(bot, { name: 'Jane', email })
    expect(await createUser(bot, { name: 'Jane', email })).toBe(userId)
    expect([...bot.app.users.values()][0]?.profile).toEqual({ givenName: 'Jane' })
  })

  it.each(['r&d@acme.example', 'taro.@example.jp', 'jürgen@müller.example'])(
    'knows a customer again by an address that Zendesk may not take: %s',
    async (email) => {
      const bot = await stage.newBot()
      const userId = await createUser(bot, { name: 'Jane', email })
      expect(await createUser(bot, { name: 'Jane', email })).toBe(userId)
      expect([...bot.app.users.values()].map(({ profile }) => profile)).toEqual([{ givenName: 'Jane' }])
    }
  )

  it.each(['n/a', 'call me', '-', 'jane@'])(
    'takes no two customers for one by what is no address: %s',
    async (email) => {
      const bot = await stage.newBot()
      const [jane, joan] = [
        await createUser(bot, { name: 'Jane', email }),
        await createUser(bot, { name: 'Joan', email }),
      ]
      expect(joan).not.toBe(jane)
      expect([...bot.app.users.values()].map(({ profile }) => profile)).toEqual([
        { givenName: 'Jane' },
        { givenName: 'Joan' },
      ])
    }
  )

  it.each([
    ['a long name', { name: 'x'.repeat(300) }],
    ['empty strings', { name: '', email: '', pictureUrl: '' }],
    ['a name of emoji', { name: '👩‍👩‍👧'.repeat(60), email: 'jane@example.com' }],
    ['what is no address and no URL', { name: 'Jane', email: 'call me', pictureUrl: 'data:image/png;base64,AAAA' }],
  ])('takes %s', async (_, input) => {
    const bot = await stage.newBot()
    await createUser(bot, input)
    expect(bot.app.users.size).toBe(1)
    const { profile } = [...bot.app.users.values()][0]!
    expect(Object.values(profile)).not.toContain('')
    expect(profile.givenName?.length ?? 0).toBeLessThanOrEqual(128)
    expect(profile.givenName ?? '').not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
  })
})

describe('startHitl', () => {
  it('opens one ticket with requester, fields and the whole transcript', async () => {
    const bot = await stage.newBot()
    const { status } = await start(bot, {
      title: 'Order 1234',
      description: 'Parcel is late',
      messageHistory: history(4, 20),
      hitlSession: {
        priority: 'Urgent',
        groupId: '11',
        tags: ['vip', 'late, very'],
        customTicketFields: [{ id: '360', value: 'gold' }],
        additionalMetadata: [
          { key: 'shop', value: 'north' },
          { key: 'dataCapture.systemField.requester.name', value: 'Mallory' },
        ],
      },
    })
    expect(status).toBe(200)
    expect(bot.app.tickets).toHaveLength(1)
    const [ticket] = bot.app.tickets
    expect(ticket?.fields).toEqual({
      'dataCapture.systemField.requester.name': 'Jane Doe',
      'dataCapture.systemField.requester.email': 'jane@example.com',
      'dataCapture.systemField.group_id': '11',
      'dataCapture.systemField.priority': 'urgent',
      'dataCapture.systemField.tags': 'vip,late_very',
      'dataCapture.ticketField.360': 'gold',
    })
    expect(ticket?.metadata).toMatchObject({ shop: 'north' })
    const text = String(ticket?.transcript[0]?.content.text)
    expect(text.split('\n').slice(0, 3)).toEqual([
      'Order 1234',
      'Parcel is late',
      expect.stringMatching(/^Jane Doe: turn 0/),
    ])
    expect(text).toMatch(/Bot: turn 3/)
    expect(ticket?.transcript[0]?.author.type).toBe('business')
  })

  it('calls the bot by its name in the transcript, as it was at the last register', async () => {
    const bot = await stage.newBot({ register: false })
    const { users, botUserId } = bot.installation
    users.set(botUserId, { ...users.get(botUserId)!, name: 'Robo' })
    expect((await bot.installation.register()).status).toBe(200)
    await start(bot, { messageHistory: history(2, 20) })
    expect(String(bot.app.tickets[0]?.transcript[0]?.content.text)).toMatch(/Robo: turn 1/)
  })

  it('leaves Agent Workspace in control and an offer to itself', async () => {
    const bot = await stage.newBot()
    await start(bot)
    const [conversation] = bot.app.conversations.values()
    const nameOf = (id?: string | null) => bot.app.switchboardIntegrations.get(id ?? '')?.name
    expect(nameOf(conversation?.activeId)).toBe('zd-agentWorkspace')
    expect(nameOf(conversation?.pendingId)).toBe(`botpress-hitl-${bot.installation.webhookId}`)
  })

  it('has a message for the ticket where there is nothing to tell', async () => {
    const bot = await stage.newBot()
    await start(bot)
    expect(bot.app.tickets[0]?.transcript).toHaveLength(1)
  })

  it('starts all the same with too much of everything, requester and routing kept', async () => {
    const bot = await stage.newBot()
    const { status } = await start(bot, {
      title: 'T'.repeat(10_000),
      messageHistory: history(300, 4_000),
      hitlSession: {
        groupId: '11',
        customTicketFields: Array.from({ length: 100 }, (_, n) => ({ id: `${1000 + n}`, value: 'v'.repeat(100) })),
      },
    })
    expect(status).toBe(200)
    const [ticket] = bot.app.tickets
    expect(ticket?.fields).toMatchObject({
      'dataCapture.systemField.requester.email': 'jane@example.com',
      'dataCapture.systemField.group_id': '11',
      'dataCapture.ticketField.1000': 'v'.repeat(100),
    })
    expect(Object.keys(ticket?.fields ?? {})).not.toContain('dataCapture.ticketField.1099')
    expect(stage.world().integration.log.join('\n')).toContain('dataCapture.ticketField.1099')
    const transcript = ticket?.transcript.map(({ content }) => String(content.text)) ?? []
    expect(transcript.length).toBeLessThanOrEqual(6)
    expect(transcript.join('\n')).toContain('turn 299')
    expect(transcript.join('\n')).toMatch(/\d+ earlier messages left out/)
  })

  it('gives every session of a customer a conversation of its own, also two at once', async () => {
    const bot = await stage.newBot()
    const userId = await createUser(bot, { name: 'Jane', email: 'jane@example.com' })
    const outputs = await Promise.all(
      [1, 2].map(() => bot.installation.callAction('startHitl', { userId, messageHistory: [] }))
    )
    expect(new Set(outputs.map(({ conversationId }) => conversationId)).size).toBe(2)
    expect(bot.app.tickets).toHaveLength(2)
  })

  it('makes the Sunco user again where someone deleted it', async () => {
    const bot = await stage.newBot()
    const userId = await createUser(bot, { name: 'Jane', email: 'jane@example.com' })
    bot.app.removeUser(userId)
    await bot.installation.callAction('startHitl', { userId, messageHistory: [] })
    expect(bot.app.tickets).toHaveLength(1)
  })

  it('puts itself back into a switchboard that it was removed from', async () => {
    const bot = await stage.newBot()
    const name = `botpress-hitl-${bot.installation.webhookId}`
    for (const place of bot.app.switchboardIntegrations.values()) {
      if (place.name === name) bot.app.switchboardIntegrations.delete(place.id)
    }
    expect(await start(bot)).toMatchObject({ status: 200 })
    const handBack = [...bot.app.switchboardIntegrations.values()].filter((place) => place.name === name)
    expect(handBack).toHaveLength(1)
    expect([...bot.app.conversations.values()].at(-1)?.pendingId).toBe(handBack[0]?.id)
  })

  it('does so once where two handoffs find out at the same time', async () => {
    const bot = await stage.newBot()
    const name = `botpress-hitl-${bot.installation.webhookId}`
    const places = () => [...bot.app.switchboardIntegrations.values()].filter((place) => place.name === name)
    for (const { id } of places()) bot.app.switchboardIntegrations.delete(id)
    faults.next(/POST .*switchboardIntegrations$/, { kind: 'delay', ms: 200 }, 2)
    const answers = await Promise.all([start(bot), start(bot)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(places()).toHaveLength(1)
  })

  it('says what to do where multi-conversations are off', async () => {
    const bot = await stage.newBot({ multiConvoEnabled: false })
    await start(bot)
    expect(await start(bot)).toMatchObject({ status: 400, body: { message: problems.multipleConversationsOff() } })
  })

  it('refuses a user that createUser did not make', async () => {
    const bot = await stage.newBot()
    const refused = { status: 400, body: { message: problems.unknownUser() } }
    expect(await start(bot, { userId: 'user_nobody' })).toMatchObject(refused)
    expect(bot.app.conversations.size).toBe(0)
  })
})

describe('stopHitl', () => {
  it('releases control and marks the session as over', async () => {
    const handoff = await stage.newHandoff()
    const conversationId = handoff.customer.session()!.conversationId
    await handoff.customer.end()
    expect(handoff.app.conversations.get(handoff.conversationId)?.activeId).toBeUndefined()
    expect(handoff.installation.conversations.get(conversationId)?.tags.endReason).toBe('stopHitl')
    expect(handoff.inZendesk().at(-1)?.content.text).toBe('( The user has ended the session. )')
    expect(handoff.plugin.lost).toEqual([])
  })

  it('says so where there is no such conversation', async () => {
    const bot = await stage.newBot()
    expect(await bot.installation.tryAction('stopHitl', { conversationId: 'conv_nowhere' })).toMatchObject({
      status: 400,
      body: { message: problems.unknownSession() },
    })
  })

  it('succeeds on a session that is over', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    await handoff.installation.callAction('stopHitl', { conversationId })
    stage.calls('sunco')
    expect(await handoff.installation.callAction('stopHitl', { conversationId })).toEqual({})
    expect(stage.calls('sunco')).toEqual([])
  })

  it('succeeds where the conversation was deleted in Zendesk', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    handoff.app.conversations.delete(handoff.conversationId)
    expect(await handoff.installation.callAction('stopHitl', { conversationId })).toEqual({})
  })
})
