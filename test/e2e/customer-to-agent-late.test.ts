import { describe, expect, it } from 'vitest'
import { sleep, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()

describe('a customer’s message that Sunco answers late', () => {
  const stage = useStage({ sunco: { fault: suncoFaults.fault }, botpress: { fault: botpressFaults.fault } })

  it('is there once when the answer takes longer than the time limit', async () => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'hang' })
    await handoff.customer.say('patience')
    expect(handoff.fromCustomer()).toEqual(['patience'])
  })

  it('is there once where Sunco stores it after the time limit', async () => {
    const handoff = await stage.newHandoff()
    suncoFaults.next(/POST .*messages$/, { kind: 'delay', ms: 12_000 })
    await handoff.customer.say('late')
    expect(handoff.plugin.lost).toEqual([])
    await sleep(500)
    expect(handoff.fromCustomer()).toEqual(['late'])
  }, 40_000)

  it('is there although Botpress fails for some seconds, and the function has met nothing', async () => {
    const handoff = await stage.newGrownHandoff()
    await stage.world().integration.restart()
    botpressFaults.next(/(GET|POST) .*(states|messages)/, { kind: 'refuse', status: 503 }, Infinity)
    setTimeout(botpressFaults.clear, 3_000)
    await handoff.customer.say('Is anyone there?')
    expect(handoff.fromCustomer()).toEqual(['Is anyone there?'])
    expect(handoff.plugin.lost).toEqual([])
  })

  it('ends in time, whatever hangs', async () => {
    const handoff = await stage.newHandoff()
    const { conversationId, userId } = handoff.customer.session()!
    suncoFaults.next(/(POST|GET) .*messages$/, { kind: 'hang' }, Infinity)
    const started = Date.now()
    const sent = await Promise.all(
      [1, 2].map((n) =>
        handoff.installation.sendMessage({ conversationId, type: 'text', payload: { text: `${n}`, userId } })
      )
    )
    expect(sent.map(({ status }) => status)).toEqual([400, 400])
    expect(Date.now() - started).toBeLessThan(50_000)
  }, 60_000)
})
