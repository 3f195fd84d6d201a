import { describe, expect, it } from 'vitest'
import { useStage } from './stage'

const stage = useStage()
/** What the functions noted of calls that went over a connection which was closed. */
const broken = (): string[] => stage.world().integration.log.filter((line) => line.includes('connection that was kept'))

describe('connections that were closed while a function was frozen', () => {
  it('lose no message, and none is there twice', async () => {
    const handoff = await stage.newGrownHandoff()
    const texts = Array.from({ length: 20 }, (_, turn) => `turn ${turn}`)
    for (const text of texts) await handoff.customer.say(text)
    expect(handoff.fromCustomer()).toEqual(texts)
    expect(broken()).toEqual([])
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
    expect(broken()).toEqual([])
  })
})
