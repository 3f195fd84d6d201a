import definition from '../integration.definition'
import { countActions } from './action-counts'
import { countAgentMessages, countAgentMessagesAnew } from './agent-messages'
import { countCustomerTexts, countCustomerTextsAnew } from './customer-texts'
import { countIgnored } from './ignored-events'
import { atMost, type Row } from './rows'
import { countSupport } from './support-counts'
import { startStage } from './stage'

/** Botpress publishes this limit for an integration. */
const mostStates = 5

export const countStates = (): Row =>
  atMost('states in the definition', [Object.keys(definition.states ?? {}).length], mostStates)

/**
 * Calls per message, event and action, taken in turn by functions that have met the installation and none of its
 * sessions: what a busy bot has. Where it says so, they have not met the installation either, as in a bot that is
 * seldom used.
 */
export const countAll = async (delayMs: number): Promise<Row[]> => {
  const stage = await startStage(delayMs)
  try {
    const bot = await stage.newBot()
    const [session] = await stage.newSessions([bot])
    if (!session) throw new Error('no session began')
    await stage.warmUp(bot)
    const rows = [
      ...(await countAgentMessages(stage, bot)),
      ...(await countCustomerTexts(stage, session)),
      ...(await countIgnored(stage, bot, session)),
      ...(await countActions(stage)),
      ...(await countSupport(stage)),
    ]
    await stage.coolDown()
    return [
      ...rows,
      ...(await countAgentMessagesAnew(stage, session)),
      ...(await countCustomerTextsAnew(stage, session)),
    ]
  } finally {
    await stage.close()
  }
}
