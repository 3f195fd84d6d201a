import { describe, expect, it } from 'vitest'
import { useStage } from './stage'

const stage = useStage()

describe('connections that were closed while a function was frozen', () => {
  it('carry no call and cost no waiting', async () => {
    const handoff = await stage.newGrownHandoff()
    const slow: number[] = []
    for (let turn = 0; turn < 20; turn++) {
      const began = Date.now()
      await handoff.customer.say(`turn ${turn}`)
      const took = Date.now() - began
      if (took > 500) slow.push(took)
    }
    expect(slow).toEqual([])
    expect(handoff.fromCustomer()).toHaveLength(20)
  })
})
