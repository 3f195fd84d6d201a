import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actions, Handling, Installation } from '../botpress'
import { withFreshBudget, withinBudget } from '../deadline'
import {
  openInstallation,
  recoverInstallation,
  repairSwitchboard,
  type OpenInstallation,
} from '../install/installation'
import { problem, reasonOf } from '../problems'
import { isMarkedConversation, markConversation, markMove } from '../session/mark'
import {
  beginStart,
  finishStart,
  lastStepTakesMs,
  neverBegan,
  noteNotOver,
  noteOver,
  rememberNewSession,
} from '../session/session'
import type { SuncoClient } from '../sunco/client'
import { isGone, isSuncoError, type SuncoError } from '../sunco/error'
import { postInOrder } from '../session/post'
import { makeOnce } from '../sunco/make-once'
import type { Conversation, Metadata } from '../sunco/types'
import { readBotName } from './bot-name'
import { ensureSuncoUser, makePerson, readCustomer, type Customer } from './customer'
import { checkTicketFields } from './ticket-fields'
import { toTicketMetadata } from './ticket-metadata'
import { composeOpening, composeTranscript } from './transcript'

/** Kept for tidying up after a handoff that ran out of time. */
const undoBudgetMs = 8_000

/**
 * Hands the customer over: conversation, control to ourselves, opening messages, control to Agent Workspace with the
 * ticket's metadata, and an offer back to ourselves, which is what keeps events coming while Agent Workspace holds
 * control. The Botpress conversation is made last, beside the offer: it is what tells the webhook that the session has begun.
 *
 * At most eight calls on a path of six round trips while the opening fits one message; one more of each where the customer's
 * Sunco user was deleted. Where it fails before a ticket can exist, the Sunco conversation is removed again; afterwards
 * control is released, so that a second try leaves one live ticket.
 */
export const startHitl: Actions['startHitl'] = async (props) => {
  const { input, logger, ctx } = props
  const fields = checkTicketFields(input.hitlSession)
  const opened = await openInstallation(props)
  const { sunco } = opened
  const reading = readCustomer(props, input.userId)
  const naming = readBotName(props)
  const creating = createConversation(props, sunco, input.userId, reading, fields.requesterExternalId)
  const [read] = await Promise.allSettled([reading, creating])

  let conversation: Conversation | undefined
  let ticketMayExist = false
  try {
    const created = await creating
    conversation = created.conversation
    const conversationId = conversation.id
    if (read.status === 'rejected') throw read.reason
    const customer = read.value
    beginStart(ctx, conversationId)

    const history = input.messageHistory ?? []
    const names = { customer: customer.name ?? 'Customer', bot: await naming }
    const opening = composeOpening({ title: input.title, description: input.description, history, names })
    const taken = await takeControl(props, opened, conversationId)
    const uploading = opening.isWhole
      ? undefined
      : uploadTranscript(sunco, conversationId, composeTranscript(history, names))
    const [firstMessageId = ''] = await postInOrder(
      sunco,
      conversationId,
      `start-${randomUUID()}`,
      opening.messages.map((text) => ({ author: { type: 'business' }, content: { type: 'text', text } }))
    )
    if (uploading) await attachTranscript(props, sunco, conversationId, uploading)
    const ticket = toTicketMetadata({
      customer: created.tellsOf(customer),
      fields,
      firstMessageId,
      mark: markMove('ticket'),
    })
    if (ticket.dropped.length > 0) {
      logger.forBot().warn(`The ticket's metadata is limited to 4 KB; left out: ${ticket.dropped.join(', ')}`)
    }
    ticketMayExist = true
    const { installation } = await handOver(props, taken, conversationId, ticket.metadata).catch((error: unknown) => {
      ticketMayExist = !isSuncoError(error) || error.fate !== 'refused'
      throw error
    })
    const begun = await lastStep(
      () => sunco.offerControl(conversationId, installation.switchboardIntegrationId),
      () =>
        props.client.getOrCreateConversation({
          channel: 'hitl',
          tags: { id: conversationId, userExternalId: created.externalId },
          discriminateByTags: ['id'],
        })
    )
    rememberNewSession(ctx, begun.conversation)
    return { conversationId: begun.conversation.id }
  } catch (error) {
    const left = conversation
    if (left) await withFreshBudget(undoBudgetMs, () => undo(props, sunco, left, ticketMayExist))
    throw await explain(sunco, error)
  } finally {
    if (conversation) finishStart(ctx, conversation.id)
  }
}

/**
 * Offers control and begins the session side by side, in the time that other processes count on: what they bring before the
 * plugin knows of the session is dropped. Where one fails, it waits for the other, which must not arrive after it was undone.
 */
const lastStep = async <T>(offer: () => Promise<void>, begin: () => Promise<T>): Promise<T> => {
  const tooLate = sleep(lastStepTakesMs, undefined, { ref: false }).then(() => {
    throw problem('startRefused', `the last step took more than ${lastStepTakesMs / 1000} seconds`)
  })
  const [offered, begun] = await Promise.allSettled([
    withinBudget(lastStepTakesMs, offer),
    Promise.race([begin(), tooLate]),
  ])
  if (offered.status === 'rejected') throw offered.reason
  if (begun.status === 'rejected') throw begun.reason
  return begun.value
}

type Created = {
  conversation: Conversation
  /** Who the customer is in Sunco. */
  externalId: string
  /** What Zendesk is told of the customer with the ticket: nothing of a known person, whose name and address it has. */
  tellsOf: (customer: Customer) => Pick<Customer, 'name' | 'email'>
}

/**
 * A conversation of its own for every session. Made by the customer's external id, so that it need not wait for the
 * customer to be read; the user is made again where someone deleted it.
 */
const createConversation = async (
  { ctx }: Handling,
  sunco: SuncoClient,
  userId: string,
  reading: Promise<Customer>,
  requesterExternalId: string | undefined
): Promise<Created> => {
  const start = randomUUID()
  const metadata = markConversation(ctx.webhookId, start, Date.now())
  const externalId = requesterExternalId ?? userId
  const create = (): Promise<Conversation> =>
    makeOnce(
      () => sunco.createConversation(externalId, metadata),
      async () =>
        (await sunco.listConversationsOf(externalId)).find((made) => isMarkedConversation(made.metadata, start))
    )
  let isNewPerson = requesterExternalId !== undefined && (await makePerson(sunco, requesterExternalId))
  const createAgain = async (error: unknown): Promise<Conversation> => {
    if (!isGone(error)) throw error
    if (requesterExternalId) isNewPerson = await makePerson(sunco, requesterExternalId)
    else await ensureSuncoUser(sunco, await reading)
    return create()
  }
  return {
    conversation: await create().catch(createAgain),
    externalId,
    tellsOf: (customer) => (!requesterExternalId ? customer : isNewPerson ? { name: customer.name } : {}),
  }
}

const transcriptName = 'transcript.txt'
/** The handoff does not wait longer for it. */
const uploadTakesMs = 8_000

/** The whole of a history that did not fit, as a file. Returns its URL; rejects only to the one who waits for it. */
const uploadTranscript = (sunco: SuncoClient, conversationId: string, transcript: string): Promise<string> => {
  const file = { filename: transcriptName, contentType: 'text/plain', source: Buffer.from(transcript) }
  const uploading = withinBudget(uploadTakesMs, () => sunco.uploadAttachment(conversationId, file))
  uploading.catch(() => undefined)
  return uploading
}

/** Whatever happens here, the newest of the history stands in the messages. */
const attachTranscript = async (
  { logger }: Handling,
  sunco: SuncoClient,
  conversationId: string,
  uploading: Promise<string>
): Promise<void> => {
  try {
    const content = { type: 'file', mediaUrl: await uploading, altText: transcriptName } as const
    await postInOrder(sunco, conversationId, `transcript-${randomUUID()}`, [{ author: { type: 'business' }, content }])
  } catch (error) {
    logger.forBot().warn(`The whole transcript could not be attached to the ticket (${reasonOf(error)}).`)
  }
}

/**
 * Takes control before anything is posted: the default may be Agent Workspace, which would open a ticket without our
 * metadata at the first message. Where the switchboard no longer knows us, it is mended once.
 */
const takeControl = async (
  handling: Handling,
  opened: OpenInstallation,
  conversationId: string
): Promise<OpenInstallation> => {
  const take = ({ sunco, installation }: OpenInstallation): Promise<void> =>
    sunco.passControl(conversationId, installation.switchboardIntegrationId, markMove('take'))
  try {
    await take(opened)
    return opened
  } catch (error) {
    if (!isUnknownTarget(error)) throw error
    const repaired = await repairSwitchboard(handling)
    await take(repaired)
    return repaired
  }
}

/** Passes control to Agent Workspace; its place in the switchboard is looked for again where it is not the one that is kept. */
const handOver = async (
  handling: Handling,
  { sunco, installation }: OpenInstallation,
  conversationId: string,
  metadata: Metadata
): Promise<OpenInstallation> => {
  const pass = async (to: Installation): Promise<OpenInstallation> => {
    await sunco.passControl(conversationId, to.agentWorkspaceId, metadata)
    return { sunco, installation: to }
  }
  try {
    return await pass(installation)
  } catch (error) {
    if (!isUnknownTarget(error) || error.fate === 'unknown') throw error
    const current = await recoverInstallation(handling)
    if (current.agentWorkspaceId === installation.agentWorkspaceId) throw error
    return pass(current)
  }
}

const isUnknownTarget = (error: unknown): error is SuncoError =>
  isSuncoError(error) && (error.status === 400 || error.status === 404)

/**
 * Best effort: what fails here is logged, since the failure that led here is what the bot builder has to hear of. A user's
 * first conversation is the default one, which Sunco never deletes; its messages it does.
 */
const undo = async (
  { logger, ctx }: Handling,
  sunco: SuncoClient,
  { id, isDefault }: Conversation,
  ticketMayExist: boolean
): Promise<void> => {
  noteOver(ctx, id, neverBegan)
  try {
    if (!ticketMayExist) await (isDefault ? sunco.deleteMessages(id) : sunco.deleteConversation(id))
    if (ticketMayExist || isDefault) await sunco.releaseControl(id, markMove('release'))
  } catch (error) {
    if (isGone(error)) return
    // Whoever hears of it later releases it.
    noteNotOver(ctx, id)
    logger.forBot().error(`A handoff that failed left a conversation behind: ${reasonOf(error)}`)
  }
}

const explain = async (sunco: SuncoClient, error: unknown): Promise<unknown> => {
  if (!isSuncoError(error)) return error
  if (error.operation === 'create conversation' && error.status === 400) {
    const app = await sunco.getApp().catch(() => undefined)
    if (app?.settings?.multiConvoEnabled === false) return problem('multipleConversationsOff')
  }
  return problem('startRefused', reasonOf(error))
}
