import { describe, expect, it } from 'vitest'
import { isCold, useStage } from './stage'

const stage = useStage()

describe('connections that were closed while a function was frozen', () => {
  it('lose no message, and none is there twice', async () => {
    const handoff = await stage.newGrownHandoff()
    const texts = Array.from({ length: 20 }, (_, turn) => `turn ${turn}`)
    const took: number[] = []
    for (const text of texts) {
      const began = Date.now()
      await handoff.customer.say(text)
      took.push(Date.now() - began)
    }
    expect(handoff.fromCustomer()).toEqual(texts)
    // A third of them would be late; so may a busy machine be, now and then.
    if (!isCold) expect(took.filter((ms) => ms > 500).length).toBeLessThanOrEqual(5)
  })

  it('carry no call: nothing whose answer got lost has to be looked for', async () => {
    const bot = await stage.newBot()
    const { userId } = await bot.installation.callAction('createUser', { name: 'Jane', email: 'jane@example.com' })
    const start = () => bot.installation.callAction('startHitl', { userId, messageHistory: [] })
    // Each function has made a call to Sunco, whose connection is closed in the freeze.
    for (let n = 0; n < 4; n++) await start()
    stage.calls()
    for (let n = 0; n < 16; n++) await start()
    const lookedFor = stage.calls('sunco').filter(({ method }) => method === 'GET')
    expect(lookedFor.map(({ path }) => path)).toEqual([])
  })
})
