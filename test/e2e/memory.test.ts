import { afterEach, describe, expect, it } from 'vitest'
import type { FaultPlan } from '../../sandbox/faults'
import { ada, post, seen, sleep, useFaults, useStage, type Handoff } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
let onUpload: () => unknown = () => undefined
const heard =
  ({ fault }: FaultPlan): FaultPlan['fault'] =>
  (request) => {
    if (/\/(uploads\/[^/]+|attachments)$/.test(request.path)) onUpload()
    return fault(request)
  }
afterEach(() => {
  onUpload = () => undefined
})
// One process takes everything, so that its memory is the one to look at.
const stage = useStage({
  sunco: { fault: heard(suncoFaults) },
  botpress: { fault: heard(botpressFaults) },
  functions: { shared: true },
})

const memory = () => stage.world().integration.functions()[0]!.memory()
const picture = { name: 'parcel.png', mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) }
const agentMessages = ({ customer }: Handoff) => customer.messages.filter(({ from }) => from === 'agent')

describe('memory: a file of an agent', () => {
  it('is passed on without being held in memory, also from one conversation of Zendesk’s to another', async () => {
    const size = 45 * 1024 * 1024
    const handoff = await stage.newHandoff(await stage.newBot({ privateAttachments: true }))
    const agent = handoff.app.agent(ada)
    const send = async (name: string): Promise<string> => {
      const { mediaUrl } = agent.uploadFile(handoff.conversationId, { ...picture, name, bytes: new Uint8Array(size) })
      const { length } = agentMessages(handoff)
      agent.say(handoff.conversationId, { type: 'file', mediaUrl, mediaType: 'application/zip', altText: name })
      await seen(name, () => agentMessages(handoff).length > length, 50_000)
      return mediaUrl
    }
    await send('first.zip')
    const before = (await memory()).inUse
    // Held up before it is taken: whatever is held of the file then is in use.
    const looks: Promise<number>[] = []
    onUpload = () => looks.push(sleep(300).then(() => memory().then(({ inUse }) => inUse - before)))
    botpressFaults.next(/PUT \/uploads\//, { kind: 'delay', ms: 1_500 })
    suncoFaults.next(/POST .*\/attachments$/, { kind: 'delay', ms: 1_500 })
    const mediaUrl = await send('large.zip')
    const next = await stage.newHandoff(handoff)
    await next.customer.say({ type: 'file', payload: { fileUrl: mediaUrl, title: 'large.zip' } })
    expect(next.inZendesk().findLast(({ author }) => author.type === 'user')?.content.type).toBe('file')
    const files = [...handoff.installation.files.values()]
    expect(files.map(({ file }) => file.size)).toEqual([size, size])
    expect(looks).toHaveLength(2)
    for (const held of await Promise.all(looks)) expect(held).toBeLessThan(size / 2)
  }, 150_000)
})

describe('memory: the webhook', () => {
  it('stays up under too much of everything, and forgets it again', async () => {
    const handoff = await stage.newHandoff()
    const metadata = { botpressHitl: 'another', botpressHitlStartedAt: Date.now() }
    const remove = (id: string) => ({ type: 'conversation:remove', payload: { conversation: { id, metadata } } })
    const bodies = [
      JSON.stringify({ events: [], padding: 'x'.repeat(5_000_000) }),
      JSON.stringify({ events: Array.from({ length: 1_000 }, (_, n) => ({ ...remove(`stranger-${n}`), id: `${n}` })) }),
      `{"events":[${'['.repeat(10_000)}${']'.repeat(10_000)}]}`,
      '{"events":[{"__proto__":{"type":"x"},"type":"conversation:message","payload":{"__proto__":[]}}]}',
    ]
    const before = await memory()
    for (const body of [...bodies, ...bodies, ...bodies]) expect((await post(handoff, body)).status).toBe(200)
    const after = await memory()
    expect(after.inUse - before.inUse).toBeLessThan(2_000_000)
    handoff.app.agent(ada).say(handoff.conversationId, 'still here')
    await seen('the message', () => handoff.fromAgents().includes('still here'))
  })

  it('remembers nothing by ids that are no ids', async () => {
    const handoff = await stage.newHandoff()
    const { id, metadata } = handoff.app.conversations.get(handoff.conversationId)!
    const before = (await memory()).inUse
    for (let n = 0; n < 10; n++) {
      const long = `${n}`.repeat(4_500_000)
      const own = { type: 'conversation:message:delivery:failure', payload: { conversation: { id, metadata } } }
      const gone = { type: 'conversation:remove', payload: { conversation: { id: long, metadata } } }
      const left = { type: 'user:remove', payload: { user: { id: 'd', externalId: `user_${long}` } } }
      for (const event of [{ ...own, id: long }, { ...gone, id: `${n}` }, left])
        expect((await post(handoff, JSON.stringify({ events: [event] }))).status).toBe(200)
    }
    expect((await memory()).inUse - before).toBeLessThan(2_000_000)
  })
})
