import type { HandlerContext, Installation, Props } from '../botpress'
import { refreshBotName } from '../installation/bot-name'
import { openFor } from '../installation/open'
import { checkCredentials, credentialsOf } from '../installation/credentials'
import { ofThisApp, readLastInstallation, saveInstallation } from '../installation/state'
import { isTransient, reasonOf } from '../platform/failure'
import { isProblem, problem, turnOnMultiConversations } from '../problems'
import { afresh } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { sweepSessions } from '../reconcile/sweep'
import { isNotFound, isSuncoError, isTransientAnswer } from '../sunco/error'
import { configuredHost, findHost, openSunco, type Credentials } from '../sunco/host'
import type { App } from '../sunco/types'
import { examineConnection, settleDueTickets } from '../support'
import { installationName } from './naming'
import { ensureSetUp, undoSetUp, type KeptId, type Progress } from './set-up'

/** Kept for tidying up after a set-up that failed, in milliseconds. */
const undoBudgetMs = 6_000

/**
 * Runs at install, at every save of the configuration, and hourly: checks, sets up what is missing or was changed in
 * Zendesk, keeps what later steps need, and looks at live sessions. Writes nothing but the schedule where all is well.
 *
 * A failed `register` marks the installation as broken. So a transient failure is a warning for an installation that
 * was set up before, and an error only for one that was not.
 */
export const register: Props['register'] = async (props) => {
  const { ctx, logger, webhookUrl } = props
  const credentials = credentialsOf(ctx)
  checkCredentials(credentials)
  const { kept, keptId, mayBeSetUp } = await readKept(props, credentials)
  try {
    const { installation, app } = await setUp(props, credentials, webhookUrl, kept, keptId)
    if (app.settings?.multiConvoEnabled === false) logger.forBot().warn(multiConversationsWarning)
    if (kept) {
      await sweepSessions(props, openFor(props, { installation }))
      await settleDueTickets(props, installation)
    }
  } catch (error) {
    if (!mayBeSetUp || isProblem(error) || !isTransient(error)) throw explain(error, credentials)
    logger.forBot().warn(`The set-up in Zendesk could not be checked (${reasonOf(error)}).`)
  }
  await scheduleNextRun(props)
}

const multiConversationsWarning = `A customer can be handed over to Zendesk once, and a second handoff will fail. ${turnOnMultiConversations} This cannot be undone.`

type Kept = {
  /** What was kept for this very app and host; undefined where the configuration points elsewhere now. */
  kept?: Installation
  /** The integration that was kept for this very app; `unknown` where Botpress cannot say. */
  keptId: KeptId
  /** Whether there is such an installation, or Botpress cannot say. */
  mayBeSetUp: boolean
}

const readKept = async (context: HandlerContext, credentials: Credentials): Promise<Kept> => {
  try {
    const last = await readLastInstallation(context)
    const found = ofThisApp(context, last)
    if (last && last.appId !== credentials.appId) context.logger.forBot().warn(formerApp(context))
    const host = configuredHost(credentials)
    const kept = host === undefined || found?.host === host ? found : undefined
    return { kept, keptId: { id: found?.integrationId }, mayBeSetUp: kept !== undefined }
  } catch (error) {
    if (!isTransient(error)) throw error
    context.logger.warn(`What was kept of the set-up could not be read (${reasonOf(error)}).`)
    return { keptId: 'unknown', mayBeSetUp: true }
  }
}

/** The key of the former app is not known any more: what was set up there cannot be removed from here. */
const formerApp = ({ ctx }: HandlerContext): string =>
  `The App ID was changed. Where it pointed before, remove "${installationName(ctx.webhookId)}" under Conversations integrations, and end the sessions that are still open.`

const setUp = async (
  context: HandlerContext,
  credentials: Credentials,
  webhookUrl: string,
  kept: Installation | undefined,
  keptId: KeptId
): Promise<{ installation: Installation; app: App }> => {
  const name = installationName(context.ctx.webhookId)
  const { host, app } = await findHost(credentials, context.deadline)
  const sunco = openSunco(host, credentials, context.deadline)
  const progress: Progress = {}
  const found = await ensureSetUp(sunco, name, webhookUrl, keptId, progress).catch(async (error: unknown) => {
    const { deadline } = afresh(context, undoBudgetMs)
    await undoSetUp(openSunco(host, credentials, deadline), name, progress)
    throw error
  })
  const [botName, support] = await sideBySide([
    refreshBotName(context, kept),
    examineConnection(context, app.subdomain ?? undefined),
  ])
  const installation: Installation = { ...kept, ...botName, ...support, appId: credentials.appId, host, ...found }
  const isChanged = Object.entries(installation).some(([field, value]) => kept?.[field as keyof Installation] !== value)
  if (isChanged) await saveInstallation(context, installation)
  return { installation, app }
}

/** Without it, what was changed or missed is found at the next save of the configuration. */
const scheduleNextRun = async ({ client, logger }: HandlerContext): Promise<void> => {
  await client
    .configureIntegration({ scheduleRegisterCall: 'hourly' })
    .catch((error: unknown) => logger.warn(`The hourly check could not be scheduled (${reasonOf(error)}).`))
}

/** Turns a failed check into words for the bot builder. */
const explain = (error: unknown, credentials: Credentials): unknown => {
  if (!isSuncoError(error)) return error
  // A subdomain that does not exist looks like a host that is down.
  if (error.code === 'ENOTFOUND' && credentials.subdomain) return problem('unknownApp')
  if (isTransientAnswer(error)) return problem('unreachable', reasonOf(error))
  if (error.status === 401) return problem('wrongKey')
  if (error.status === 403) return problem('notAllowed')
  // Also where it is not Sunco's own, as of a subdomain that does not exist.
  if (isNotFound(error)) return problem('unknownApp')
  return problem('setUpRefused', reasonOf(error))
}
