import type { HandlerContext, Installation } from '../botpress'
import { within } from '../platform/handle'

/** Nobody waits longer for a name, in milliseconds. */
const patienceMs = 2_000
/** How long a name is kept, in milliseconds: bots are renamed rarely. */
const keptForMs = 24 * 60 * 60_000

type BotName = Pick<Installation, 'botName' | 'botNameReadAt'>

/** The bot's own name, for the transcript. A bot without one, or one that is not told, has none. */
export const readBotName = async (context: HandlerContext): Promise<BotName> => {
  try {
    const { user } = await within(context, patienceMs).client.getUser({ id: context.ctx.botUserId })
    return { botName: user.name?.trim() || undefined, botNameReadAt: Date.now() }
  } catch {
    return {}
  }
}

/** The name as it is kept with the installation; asked for once a day. */
export const refreshBotName = async (context: HandlerContext, kept: Installation | undefined): Promise<BotName> => {
  const isFresh = kept?.botNameReadAt !== undefined && Date.now() - kept.botNameReadAt < keptForMs
  return isFresh ? {} : readBotName(context)
}
