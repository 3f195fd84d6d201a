import { describe, expect, it } from 'vitest'
import { isCold, seen, sleep, useFaults, useStage, type Bot, type Handoff } from './stage'

const { sunco: suncoFaults } = useFaults()
const stage = useStage({ sunco: { fault: suncoFaults.fault } })

const secretOf = ({ app, installation }: Bot): string => {
  const name = `botpress-hitl-${installation.webhookId}`
  return [...app.integrations.values()].find(({ displayName }) => displayName === name)?.webhooks[0]?.secret ?? ''
}

const agentSays = (handoff: Handoff, text: string, id = crypto.randomUUID()) => {
  const { metadata } = handoff.app.conversations.get(handoff.conversationId)!
  const message = {
    id,
    received: new Date().toISOString(),
    author: { type: 'business', displayName: 'Mallory' },
    content: { type: 'text', text },
    source: { type: 'zd:agentWorkspace' },
    metadata: { '__zendesk_msg.agent.id': '666' },
  }
  const payload = { conversation: { id: handoff.conversationId, metadata }, message }
  return JSON.stringify({ events: [{ id: crypto.randomUUID(), type: 'conversation:message', payload }] })
}

const post = async (bot: Bot, body: string, apiKey?: string) => {
  const headers: Record<string, string> = apiKey === undefined ? {} : { 'x-api-key': apiKey }
  return (await fetch(bot.installation.webhookUrl, { method: 'POST', headers, body })).status
}

const readsOfSunco = () => stage.calls('sunco').filter(({ path }) => path.endsWith('/webhooks')).length

describe('a webhook request', () => {
  it('needs the secret: without it or with another, nothing happens and one line is logged', async () => {
    const handoff = await stage.newHandoff()
    const { log } = stage.world().integration
    for (const apiKey of [undefined, '', 'x', 'guessed-secret', `${secretOf(handoff)}x`]) {
      const lines = log.length
      const status = await post(handoff, agentSays(handoff, 'forged'), apiKey)
      // One that cannot be judged at the moment is not refused for good.
      expect([401, 503]).toContain(status)
      const refusals = ['A webhook request without the right secret was refused.']
      expect(log.slice(lines)).toEqual(status === 401 ? refusals : [])
    }
    expect(handoff.fromAgents()).toEqual([])
    expect(log.join('\n')).not.toContain('guessed-secret')
  })

  it('is refused before its body is read', async () => {
    const handoff = await stage.newHandoff()
    expect(await post(handoff, 'not json', 'guessed')).toBe(401)
  })

  it.skipIf(isCold)('costs no call on a warm process', async () => {
    const handoff = await stage.newHandoff()
    const ask = (): Promise<number> => post(handoff, '{"events":[]}', secretOf(handoff))
    // Each of the functions meets the installation.
    const { length } = stage.world().integration.functions()
    for (let asked = 0; asked < length; asked++) await ask()
    stage.calls()
    expect(await ask()).toBe(200)
    expect(stage.calls()).toEqual([])
  })

  it('with a secret that was changed in Zendesk is learnt again at the first mismatch', async () => {
    const handoff = await stage.newHandoff()
    const [integration] = [...handoff.app.integrations.values()]
    handoff.app.rotateWebhookSecret(integration!.id)
    handoff.app.agent({ id: '7', name: 'Ada' }).say(handoff.conversationId, 'after the change')
    await seen('the message', () => handoff.fromAgents().includes('after the change'))
    expect([401, 503]).toContain(await post(handoff, agentSays(handoff, 'old secret'), 'old'))
    const { states, integrationId } = handoff.installation
    expect(states.get(`integration/${integrationId}/installation`)?.state.payload.webhookSecret).toBe(secretOf(handoff))
  })

  it('is not refused for good while another function reads the new secret', async () => {
    const handoff = await stage.newHandoff()
    const [integration] = [...handoff.app.integrations.values()]
    const secret = handoff.app.rotateWebhookSecret(integration!.id)
    suncoFaults.next(/GET .*switchboards$/, { kind: 'delay', ms: 300 })
    const posts = Array.from({ length: 10 }, () => post(handoff, '{"events":[]}', secret))
    const statuses = await Promise.all(posts)
    expect(statuses).toContain(200)
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    await sleep(2_200)
    expect(await post(handoff, '{"events":[]}', secret)).toBe(200)
  })

  it('causes at most one reading of Sunco a minute, however many are forged', async () => {
    const handoff = await stage.newHandoff()
    stage.calls()
    const forged = Array.from({ length: 100 }, (_, n) => post(handoff, agentSays(handoff, 'forged'), `guess ${n}`))
    expect((await Promise.all(forged)).filter((status) => status !== 401 && status !== 503)).toEqual([])
    // Those that begin at the same moment do not see each other.
    expect(readsOfSunco()).toBeLessThanOrEqual(stage.world().integration.functions().length)
    // A process refuses to look again for two seconds: without this wait, the limit of a minute would not be tested.
    await sleep(2_200)
    const again = Array.from({ length: 100 }, (_, n) => post(handoff, agentSays(handoff, 'forged'), `guess ${n}`))
    expect((await Promise.all(again)).filter((status) => status !== 401 && status !== 503)).toEqual([])
    expect(readsOfSunco()).toBe(0)
  })

  it('causes no flood of calls where nothing is known of the installation', async () => {
    const bot = await stage.newBot({ register: false })
    stage.calls()
    const began = Date.now()
    const forged = Array.from({ length: 100 }, (_, n) => post(bot, '{"events":[]}', `guess ${n}`))
    expect((await Promise.all(forged)).filter((status) => status !== 401 && status !== 503)).toEqual([])
    // A function asks once in two seconds, whatever else comes.
    const times = 1 + Math.ceil((Date.now() - began) / 2_000)
    const calls = stage.calls()
    const functions = new Set(calls.map(({ function: by }) => by))
    expect(calls.length).toBeLessThanOrEqual(functions.size * 8 * times)
  })

  it('does not pass from one bot to another on the same app', async () => {
    const one = await stage.newHandoff()
    const installation = stage.world().installAgain({ ...one.installation.configuration })
    await installation.register()
    const other = { ...one, installation }
    expect(secretOf(other)).not.toBe(secretOf(one))
    expect(await post(other, agentSays(one, 'crossing'), secretOf(one))).toBe(401)
    expect(await post(other, agentSays(one, 'crossing'), secretOf(other))).toBe(200)
    expect(one.fromAgents()).toEqual([])
  })

  it('is asked for again where the secret cannot be read', async () => {
    const handoff = await stage.newHandoff()
    const [integration] = [...handoff.app.integrations.values()]
    const secret = handoff.app.rotateWebhookSecret(integration!.id)
    suncoFaults.next(/GET /, { kind: 'refuse', status: 429, retryAfterSeconds: 3_600 }, 10)
    expect(await post(handoff, agentSays(handoff, 'new secret'), secret)).toBe(503)
    suncoFaults.clear()
  })

  it.each([
    ['state is gone', undefined],
    ['state has no secret yet', ({ webhookSecret: _, ...earlier }: Record<string, unknown>) => earlier],
  ])('of an installation whose %s heals it', async (_, earlier) => {
    const handoff = await stage.newHandoff()
    const { states, integrationId } = handoff.installation
    const key = `integration/${integrationId}/installation`
    const kept = states.get(key)!
    if (earlier) kept.state.payload = earlier(kept.state.payload)
    else states.delete(key)
    await stage.world().integration.restart()
    handoff.app.agent({ id: '7', name: 'Ada' }).say(handoff.conversationId, 'healed')
    await seen('the message', () => handoff.fromAgents().includes('healed'))
    expect(states.get(key)?.state.payload.webhookSecret).toBe(secretOf(handoff))
  })

  it('of one installation does not open another', async () => {
    const [one, other] = [await stage.newHandoff(), await stage.newHandoff()]
    expect(await post(other, agentSays(other, 'with the neighbour’s secret'), secretOf(one))).toBe(401)
    expect(await post(other, agentSays(one, 'for the neighbour’s conversation'), secretOf(other))).toBe(200)
    expect([...one.fromAgents(), ...other.fromAgents()]).toEqual([])
  })
})
