import QuickLRU from 'quick-lru'
import type { HandlerContext, Installation } from '../botpress'
import { isMissing } from '../platform/failure'
import { credentialsOf } from './credentials'

/**
 * Spares a call to Botpress; nothing depends on it. One process serves many installations, so the key holds the id of
 * the installation and of the app that it points to. Every installation has a webhook of its own, while
 * `ctx.integrationId` names the definition, which all bots that installed it share (client's `getBot`).
 */
const known = new QuickLRU<string, { installation: Installation; at: number }>({ maxSize: 500, maxAge: 10 * 60_000 })

const keyOf = ({ ctx }: HandlerContext): string => `${ctx.webhookId}/${credentialsOf(ctx).appId}`

const learn = (context: HandlerContext, installation: Installation): void =>
  void known.set(keyOf(context), { installation, at: Date.now() })

/** What this process knows of the installation from asking lately. @param maxAgeMs how long ago that may be */
export const knownInstallation = (context: HandlerContext, maxAgeMs = Infinity): Installation | undefined => {
  const found = known.get(keyOf(context))
  return found && Date.now() - found.at < maxAgeMs ? found.installation : undefined
}

/**
 * What `register` kept for the App ID that is configured now, or undefined, without asking where this process has asked
 * lately.
 */
export const loadInstallation = async (context: HandlerContext): Promise<Installation | undefined> =>
  knownInstallation(context) ?? readInstallation(context)

/** The same from Botpress itself: another process may have learnt more. */
export const readInstallation = async (context: HandlerContext): Promise<Installation | undefined> =>
  ofThisApp(context, await readLastInstallation(context))

/** What was kept last, where it is for the App ID that is configured now. */
export const ofThisApp = (context: HandlerContext, last: Installation | undefined): Installation | undefined => {
  // An installation from before the webhook's secret was kept has to learn it.
  if (!last?.webhookSecret || last.appId !== credentialsOf(context.ctx).appId) return undefined
  learn(context, last)
  return last
}

/** What `register` kept last, be it for another App ID. */
export const readLastInstallation = async ({ ctx, client }: HandlerContext): Promise<Installation | undefined> => {
  try {
    return (await client.getState({ type: 'integration', id: ctx.integrationId, name: 'installation' })).state.payload
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Keeps what was found for every process. */
export const saveInstallation = async (context: HandlerContext, installation: Installation): Promise<void> => {
  const { ctx, client } = context
  await client.setState({ type: 'integration', id: ctx.integrationId, name: 'installation', payload: installation })
  learn(context, installation)
}

/** Where the hourly looks go on: each goes through many sessions, a part of them at a time. */
type Places = Pick<Installation, 'reconciledUntil' | 'settledUntil'>

/**
 * Keeps where an hourly look stopped, beside what other processes have learnt meanwhile. Writes nothing where that is
 * as before.
 * @param known the installation as it was when the look began
 */
export const keepPlace = async (context: HandlerContext, known: Installation, places: Places): Promise<void> => {
  const isNew = Object.entries(places).some(([place, value]) => known[place as keyof Places] !== value)
  if (isNew) await saveInstallation(context, { ...((await readInstallation(context)) ?? known), ...places })
}

export const forgetInstallation = (context: HandlerContext): void => void known.delete(keyOf(context))
