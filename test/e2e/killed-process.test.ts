import { describe, expect, it } from 'vitest'
import { ada, eventsOf, killBusy, seen, sleep, useFaults, useStage } from './stage'

const { botpress: botpressFaults } = useFaults()

describe('agent to customer, when the process is killed', () => {
  // Longer than a claim counts as being worked on, as Sunco's own 15 minutes are.
  const stage = useStage({
    sunco: { delivery: { firstDelayMs: 1_500 } },
    botpress: { fault: botpressFaults.fault },
  })

  it.each([
    ['before the announcement', /POST .*events$/],
    ['before the message', /POST .*messages\/get-or-create$/],
  ])(
    'has one message and one announcement: %s',
    async (_, match) => {
      const handoff = await stage.newGrownHandoff()
      botpressFaults.next(match, { kind: 'hang' })
      handoff.app.agent(ada).say(handoff.conversationId, 'survivor')
      await sleep(300)
      await killBusy(stage.world())
      botpressFaults.clear()
      await seen('the message', () => handoff.fromAgents().length > 0, 25_000)
      expect(handoff.fromAgents()).toEqual(['survivor'])
      expect(eventsOf(handoff, 'hitlAssigned')).toHaveLength(1)
    },
    60_000
  )

  it('has one end', async () => {
    const handoff = await stage.newGrownHandoff()
    botpressFaults.next(/PUT .*conversations/, { kind: 'hang' })
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await sleep(300)
    await killBusy(stage.world())
    botpressFaults.clear()
    await stage.world().sunco.settled()
    expect(eventsOf(handoff, 'hitlStopped')).toHaveLength(1)
    const [conversation] = handoff.installation.conversations.values()
    expect(conversation?.tags.endReason).toBe('released')
  }, 60_000)
})
