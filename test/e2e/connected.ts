import type { AgentProfile } from '../../sandbox/sunco'
import type { SupportAccount, SupportTicket } from '../../sandbox/support'
import { ada, seen, stopsOf, useTroubledStage, type Bot, type Handoff } from './stage'

type WithAccount = { account: SupportAccount }
/** A handoff of a bot that is connected to Zendesk Support. */
export type Connected = Handoff & WithAccount

/** The title of every handoff that {@link useConnectedStage} begins. */
export const title = 'Where is parcel 17?'

export const ticketOf = ({ account, ticket }: Connected): SupportTicket => account.ticket(ticket.id)

/** A stage with troubles, whose bots are connected to Zendesk Support. */
export const useConnectedStage = (): ReturnType<typeof useTroubledStage> & {
  /** @param more further configuration */
  newConnected: (more?: Record<string, unknown>) => Promise<Bot & WithAccount>
  /** A handoff that began a minute ago; what its set-up asked is not counted. */
  begin: (more?: Record<string, unknown>, prepare?: (bot: Bot) => void) => Promise<Connected>
  /** Resolves when the customer has it, and all that follows from it was done. */
  say: (handoff: Handoff, text: string, agent?: AgentProfile) => Promise<void>
  /** Resolves when the bot was told of the end, and all that follows from it was done. */
  ended: (handoff: Handoff, withinMs?: number) => Promise<void>
} => {
  const troubled = useTroubledStage()
  const { newBot, newGrownHandoff, calls, world } = troubled.stage
  const newConnected = async (more: Record<string, unknown> = {}): Promise<Bot & WithAccount> => {
    const bot = await newBot({ support: true })
    Object.assign(bot.installation.configuration, more)
    return { ...bot, account: bot.account! }
  }
  return {
    ...troubled,
    newConnected,
    begin: async (more, prepare) => {
      const bot = await newConnected(more)
      prepare?.(bot)
      const handoff = await newGrownHandoff(bot, { title })
      calls()
      return { ...handoff, account: bot.account }
    },
    say: async (handoff, text, agent = ada) => {
      handoff.app.agent(agent).say(handoff.conversationId, text)
      await seen(text, () => handoff.fromAgents().includes(text))
      await world().sunco.settled()
    },
    ended: async (handoff, withinMs) => {
      await seen('the end', () => stopsOf(handoff).length > 0, withinMs)
      await world().sunco.settled()
    },
  }
}
