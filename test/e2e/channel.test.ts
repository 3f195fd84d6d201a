import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problems'
import { handOverAgain, isCold, useStage } from './stage'

const stage = useStage()

const customerMessages = (handoff: Awaited<ReturnType<typeof stage.newHandoff>>) =>
  handoff.inZendesk().filter(({ author }) => author.type === 'user')

describe('customer to agent', () => {
  it('posts as the customer and acknowledges Sunco’s id', async () => {
    const handoff = await stage.newHandoff()
    await handoff.customer.say('Hello?')
    const [posted] = customerMessages(handoff)
    expect(posted?.content.text).toBe('Hello?')
    expect(posted?.author.userId).toBe([...handoff.app.users.values()][0]?.id)
    const sent = [...handoff.installation.messages.values()].find(({ payload }) => payload.text === 'Hello?')
    expect(sent?.tags.id).toBe(posted?.id)
  })

  it.each([
    [
      'image',
      { imageUrl: 'https://example.com/a.png', title: 'A' },
      { type: 'image', mediaUrl: 'https://example.com/a.png', altText: 'A' },
    ],
    ['audio', { audioUrl: 'https://example.com/a.mp3' }, { type: 'file', mediaUrl: 'https://example.com/a.mp3' }],
    ['video', { videoUrl: 'https://example.com/a.mp4' }, { type: 'file', mediaUrl: 'https://example.com/a.mp4' }],
    [
      'file',
      { fileUrl: 'https://example.com/a.pdf', title: 'Bill' },
      { type: 'file', mediaUrl: 'https://example.com/a.pdf', altText: 'Bill' },
    ],
    ['file', { fileUrl: 'not a url', title: 'Bill' }, { type: 'text', text: 'Bill: not a url' }],
  ])('carries %s', async (type, payload, content) => {
    const handoff = await stage.newHandoff()
    await handoff.customer.say({ type, payload })
    expect(customerMessages(handoff)[0]?.content).toMatchObject(content)
  })

  it('carries every part of a bloc in order and keeps all ids', async () => {
    const handoff = await stage.newHandoff()
    const items = [
      { type: 'text', payload: { text: 'one' } },
      { type: 'image', payload: { imageUrl: 'https://example.com/2.png' } },
      { type: 'markdown', payload: { markdown: 'three' } },
      { type: 'location', payload: { latitude: 52.5, longitude: 13.4, title: 'Berlin' } },
    ]
    await handoff.customer.say({ type: 'bloc', payload: { items } })
    const posted = customerMessages(handoff)
    expect(posted.map(({ content }) => content.type)).toEqual(['text', 'image', 'text', 'location'])
    const sent = [...handoff.installation.messages.values()].find(({ type }) => type === 'bloc')
    expect(sent?.tags.id).toBe(posted.map(({ id }) => id).join(','))
  })

  it('keeps the ids of more parts than fit into one tag', async () => {
    const handoff = await stage.newHandoff()
    const items = Array.from({ length: 30 }, (_, n) => ({ type: 'text', payload: { text: `part ${n}` } }))
    await handoff.customer.say({ type: 'bloc', payload: { items } })
    const ids = customerMessages(handoff).map(({ id }) => id)
    const sent = [...handoff.installation.messages.values()].find(({ type }) => type === 'bloc')
    expect([sent?.tags.id, sent?.tags.moreIds].join(',').split(',')).toEqual(ids)
    expect(ids).toHaveLength(30)
  })

  it('splits long texts between words and loses none', async () => {
    const handoff = await stage.newHandoff()
    const text = Array.from({ length: 2_000 }, (_, n) => `word${n}`).join(' ')
    await handoff.customer.say(text)
    const parts = customerMessages(handoff).map(({ content }) => String(content.text))
    expect(parts.length).toBeGreaterThan(1)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(4096)
    expect(parts.join(' ')).toBe(text)
  })

  it('posts a notice of the bot’s as business', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId } = handoff.customer.session()!
    await handoff.installation.sendMessage({ conversationId, type: 'text', payload: { text: 'The bot says' } })
    expect(handoff.inZendesk().at(-1)).toMatchObject({
      author: { type: 'business' },
      content: { text: 'The bot says' },
    })
  })

  it('keeps the order of messages sent at once', async () => {
    const handoff = await stage.newHandoff()
    const texts = Array.from({ length: isCold ? 4 : 20 }, (_, n) => `line ${n}`)
    // Where functions start meanwhile, a busy machine can take longer over the first than the others wait for it.
    if (!isCold) await stage.world().integration.resize(16)
    await Promise.all(texts.map((text) => handoff.customer.say(text)))
    expect(customerMessages(handoff).map(({ content }) => content.text)).toEqual(texts)
    await stage.world().integration.resize(4)
  })

  it('does not post a message twice that Botpress hands over again', async () => {
    const handoff = await stage.newHandoff()
    await handoff.customer.say('once')
    const message = [...handoff.installation.messages.values()].find(({ payload }) => payload.text === 'once')!
    // A process that knows nothing of it has to go by the message's tag.
    await stage.world().integration.restart()
    expect(await handOverAgain(stage.world(), handoff.installation, message.id)).toBe(200)
    expect(customerMessages(handoff)).toHaveLength(1)
  })

  it('refuses messages of the customer once the session is over', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    await handoff.customer.end()
    const before = handoff.inZendesk().length
    const sent = await handoff.installation.sendMessage({
      conversationId,
      type: 'text',
      payload: { text: 'too late', userId },
    })
    expect(sent).toMatchObject({ status: 400, body: { message: problems.sessionOver('stopHitl') } })
    expect(handoff.inZendesk()).toHaveLength(before)
  })

  it('says that a conversation is full', async () => {
    const handoff = await stage.newHandoff(await stage.newBot({ messageLimit: 2 }))
    await handoff.customer.say('fits')
    const { conversationId, userId } = handoff.customer.session()!
    const payload = { text: 'does not fit', userId }
    expect(await handoff.installation.sendMessage({ conversationId, type: 'text', payload })).toMatchObject({
      status: 400,
      body: { message: problems.conversationFull() },
    })
  })

  it('says that a conversation was deleted', async () => {
    const handoff = await stage.newHandoff()
    handoff.app.conversations.delete(handoff.conversationId)
    const { conversationId, userId } = handoff.customer.session()!
    const payload = { text: 'into the void', userId }
    expect(await handoff.installation.sendMessage({ conversationId, type: 'text', payload })).toMatchObject({
      status: 400,
      body: { message: problems.conversationGone() },
    })
  })
})
