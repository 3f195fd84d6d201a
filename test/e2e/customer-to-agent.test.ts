import { describe, expect, it } from 'vitest'
import { handOverAgain, killBusy, seen, sleep, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()

describe('customer to agent', () => {
  const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

  it.each([
    ['refuses with 429', { kind: 'refuse', status: 429, retryAfterSeconds: 1 }],
    ['refuses with 503', { kind: 'refuse', status: 503 }],
    ['fails', { kind: 'refuse', status: 500 }],
    ['breaks off before', { kind: 'dropBefore' }],
    ['breaks off after the work was done', { kind: 'dropAfter' }],
  ] as const)('is there once when Sunco %s', async (_, fault) => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, fault, 2)
    await handoff.customer.say('once')
    expect(handoff.fromCustomer()).toEqual(['once'])
    expect(handoff.plugin.lost).toEqual([])
  })

  it('continues a bloc of ten where it failed', async () => {
    const handoff = await stage.newHandoff()
    const texts = Array.from({ length: 10 }, (_, n) => `part ${n}`)
    let posts = 0
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 0 }, 6)
    suncoFaults.next(/POST .*messages$/, { kind: 'dropAfter' })
    stage.calls()
    await handoff.customer.say({
      type: 'bloc',
      payload: { items: texts.map((text) => ({ type: 'text', payload: { text } })) },
    })
    posts = stage.calls('sunco').filter(({ method }) => method === 'POST').length
    expect(handoff.fromCustomer()).toEqual(texts)
    expect(posts).toBe(10)
  })

  it('is not parted by the next message, however many parts it has', async () => {
    const handoff = await stage.newHandoff()
    const parts = Array.from({ length: 10 }, (_, n) => `part ${n}`)
    const items = parts.map((text) => ({ type: 'text', payload: { text } }))
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 200 }, 10)
    const saying = handoff.customer.say({ type: 'bloc', payload: { items } })
    await sleep(100)
    await Promise.all([saying, handoff.customer.say('next')])
    expect(handoff.fromCustomer()).toEqual([...parts, 'next'])
  })

  it('says why where Sunco refuses for good', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    const sent = await handoff.installation.sendMessage({
      conversationId,
      type: 'text',
      payload: { text: 'x', userId },
    })
    expect(sent).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/not delivered to Zendesk: .*400 \(bad_request\)/) as string },
    })
  })

  it('goes out as text, with what follows it, where Sunco refuses its form', async () => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 0 })
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 400 })
    await handoff.customer.say({
      type: 'bloc',
      payload: {
        items: [
          { type: 'text', payload: { text: 'Look' } },
          { type: 'image', payload: { imageUrl: 'https://x.example/shoe.png', title: 'Shoe' } },
          { type: 'text', payload: { text: 'Call me' } },
        ],
      },
    })
    expect(handoff.fromCustomer()).toEqual(['Look', 'Shoe: https://x.example/shoe.png', 'Call me'])
  })

  it('keeps its place before the next one where a gateway gave up', async () => {
    // One that takes longer than its turn, as on a busy machine, may be passed: the next try tells.
    for (let tries = 0; ; tries++) {
      const handoff = await stage.newHandoff()
      suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 502 })
      const began = Date.now()
      const saying = handoff.customer.say('one').then(() => Date.now() - began)
      await sleep(700)
      const [tookMs] = await Promise.all([saying, handoff.customer.say('two')])
      if (tookMs > 3_400 && tries < 3) continue
      expect(handoff.fromCustomer()).toEqual(['one', 'two'])
      break
    }
  })

  it('is not held back by a look that fails', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    suncoFaults.next(/GET .*messages/, { kind: 'refuse', status: 500 }, Infinity)
    const texts = ['one', 'two', 'three']
    const sent = await Promise.all(
      texts.map((text) => handoff.installation.sendMessage({ conversationId, type: 'text', payload: { text, userId } }))
    )
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200])
    suncoFaults.clear()
    expect(handoff.fromCustomer()).toEqual(texts)
  })

  it('is delivered also where the acknowledgement fails', async () => {
    const handoff = await stage.newHandoff()
    botpressFaults.next(/PUT .*messages/, { kind: 'refuse', status: 400, code: 'InvalidPayload' })
    await handoff.customer.say('not acknowledged')
    expect(handoff.fromCustomer()).toEqual(['not acknowledged'])
    expect(handoff.plugin.lost).toEqual([])
  })

  it('continues at the part that failed when Botpress hands a bloc over again', async () => {
    const handoff = await stage.newHandoff()
    const texts = Array.from({ length: 10 }, (_, n) => `part ${n}`)
    const { conversationId, userId } = handoff.customer.session()!
    const items = texts.map((text) => ({ type: 'text', payload: { text } }))
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 0 }, 6)
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 400, code: 'bad_request' })
    const sent = await handoff.installation.sendMessage({ conversationId, type: 'bloc', payload: { userId, items } })
    expect(sent.status).toBe(400)
    const again = await handOverAgain(stage.world(), handoff.installation, sent.message.id)
    expect(again).toBe(200)
    expect(handoff.fromCustomer()).toEqual(texts)
    expect(handoff.installation.messages.get(sent.message.id)?.tags.id?.split(',')).toHaveLength(10)
  })

  it('is there once where the process is killed before the acknowledgement and Botpress hands it over again', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    botpressFaults.next(/PUT .*messages/, { kind: 'hang' })
    const payload = { userId, text: 'once' }
    const sending = handoff.installation.sendMessage({ conversationId, type: 'text', payload })
    await seen('the post', () => handoff.fromCustomer().length === 1)
    await killBusy(stage.world())
    botpressFaults.clear()
    const { message } = await sending
    // Nobody hands a message over again at once.
    handoff.installation.messages.get(message.id)!.createdAt = new Date(Date.now() - 60_000).toISOString()
    expect(await handOverAgain(stage.world(), handoff.installation, message.id)).toBe(200)
    expect(handoff.fromCustomer()).toEqual(['once'])
  })

  it('makes no storm of requests where Sunco’s hint is not to wait', async () => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'refuse', status: 429, retryAfterSeconds: 0 }, Infinity)
    stage.calls()
    const saying = handoff.customer.say('patience')
    await sleep(3_000)
    expect(stage.calls('sunco').length).toBeLessThan(10)
    suncoFaults.clear()
    await saying
    expect(handoff.fromCustomer()).toEqual(['patience'])
  })
})
