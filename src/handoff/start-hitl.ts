import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actions, Handling } from '../botpress'
import { withFreshBudget } from '../deadline'
import { openInstallation, repairSwitchboard, type OpenInstallation } from '../install/installation'
import { problem, reasonOf } from '../problems'
import { isMarkedConversation, markConversation, markMove } from '../session/mark'
import { beginStart, finishStart, lastStepTakesMs, rememberNewSession } from '../session/session'
import type { Participant, SuncoClient } from '../sunco/client'
import { isGone, isSuncoError } from '../sunco/error'
import { postInOrder } from '../session/post'
import { makeOnce } from '../sunco/make-once'
import type { Conversation } from '../sunco/types'
import { readBotName } from './bot-name'
import { ensureSuncoUser, makeKnownPerson, readCustomer, type Customer } from './customer'
import { checkTicketFields } from './ticket-fields'
import { toTicketMetadata } from './ticket-metadata'
import { composeOpening, composeTranscript } from './transcript'

/** Kept for tidying up after a handoff that ran out of time. */
const undoBudgetMs = 8_000

/**
 * Hands the customer over: conversation, control to ourselves, opening messages, control to Agent Workspace with the
 * ticket's metadata, and an offer back to ourselves, which is what keeps events coming while Agent Workspace holds
 * control. The Botpress conversation is made last of all: it is what tells the webhook that the session has begun.
 *
 * At most eight calls on a path of six round trips while the opening fits one message; two more where the bot builder names
 * a person whom Sunco does not know yet, or the customer's Sunco user was deleted. Where it fails before a ticket can
 * exist, the Sunco conversation is removed again; afterwards control is released, so that a second try leaves one live
 * ticket.
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
    if (read.status === 'rejected') throw read.reason
    const customer = read.value
    beginStart(ctx, conversation.id)

    const history = input.messageHistory ?? []
    const names = { customer: customer.name ?? 'Customer', bot: await naming }
    const opening = composeOpening({ title: input.title, description: input.description, history, names })
    const { installation } = await takeControl(props, opened, conversation.id)
    const [firstMessageId = ''] = await postInOrder(
      sunco,
      conversation.id,
      `start-${randomUUID()}`,
      opening.messages.map((text) => ({ author: { type: 'business' }, content: { type: 'text', text } }))
    )
    if (!opening.isWhole) await attachTranscript(props, sunco, conversation.id, composeTranscript(history, names))
    const ticket = toTicketMetadata({
      // A known person's name and address stand in Zendesk already.
      customer: fields.requesterExternalId ? {} : customer,
      fields,
      firstMessageId,
      mark: markMove('ticket'),
    })
    if (ticket.dropped.length > 0) {
      logger.forBot().warn(`The ticket's metadata is limited to 4 KB; left out: ${ticket.dropped.join(', ')}`)
    }
    ticketMayExist = true
    await sunco.passControl(conversation.id, installation.agentWorkspaceId, ticket.metadata).catch((error: unknown) => {
      ticketMayExist = !isSuncoError(error) || error.fate !== 'refused'
      throw error
    })
    await sunco.offerControl(conversation.id, installation.switchboardIntegrationId)
    const begun = await soon(
      props.client.getOrCreateConversation({
        channel: 'hitl',
        tags: { id: conversation.id, userId: created.suncoUserId },
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

/** Other processes count on it: what they bring before the plugin knows of the session is dropped. */
const soon = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined)
  const timeUp = sleep(lastStepTakesMs, undefined, { ref: false }).then(() => {
    throw problem('startRefused', `Botpress did not answer within ${lastStepTakesMs / 1000} seconds`)
  })
  return Promise.race([work, timeUp])
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
): Promise<{ conversation: Conversation; suncoUserId: string }> => {
  const start = randomUUID()
  const metadata = markConversation(ctx.webhookId, start, Date.now())
  const create = (participant: Participant): Promise<Conversation> =>
    makeOnce(
      () => sunco.createConversation(participant, metadata),
      async () =>
        (await sunco.listConversationsOf(participant)).find((made) => isMarkedConversation(made.metadata, start))
    )
  if (requesterExternalId) {
    const finding = sunco.getUser(requesterExternalId).then(
      ({ id }) => id,
      () => undefined
    )
    const make = async (): Promise<string> => makeKnownPerson(sunco, requesterExternalId, (await reading).name)
    try {
      const conversation = await create({ userExternalId: requesterExternalId })
      return { conversation, suncoUserId: (await finding) ?? (await make()) }
    } catch (error) {
      if (!isGone(error)) throw error
      const suncoUserId = await make()
      return { suncoUserId, conversation: await create({ userId: suncoUserId }) }
    }
  }
  try {
    const conversation = await create({ userExternalId: userId })
    const customer = await reading.catch(() => undefined)
    const suncoUserId = customer && (customer.suncoUserId ?? (await ensureSuncoUser(sunco, customer)))
    return { conversation, suncoUserId: suncoUserId ?? '' }
  } catch (error) {
    if (!isGone(error)) throw error
    const suncoUserId = await ensureSuncoUser(sunco, { ...(await reading), suncoUserId: undefined })
    return { suncoUserId, conversation: await create({ userId: suncoUserId }) }
  }
}

/** The whole of a history that did not fit, as a file; the newest of it stands in the messages whatever happens here. */
const attachTranscript = async (
  { logger }: Handling,
  sunco: SuncoClient,
  conversationId: string,
  transcript: string
): Promise<void> => {
  try {
    const file = { filename: 'transcript.txt', contentType: 'text/plain', source: Buffer.from(transcript) }
    const mediaUrl = await sunco.uploadAttachment(conversationId, file)
    const content = { type: 'file', mediaUrl, altText: file.filename } as const
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
    if (!isSuncoError(error) || (error.status !== 400 && error.status !== 404)) throw error
    const repaired = await repairSwitchboard(handling)
    await take(repaired)
    return repaired
  }
}

/**
 * Best effort: what fails here is logged, since the failure that led here is what the bot builder has to hear of. A user's
 * first conversation is the default one, which Sunco never deletes; its messages it does.
 */
const undo = async (
  { logger }: Handling,
  sunco: SuncoClient,
  { id, isDefault }: Conversation,
  ticketMayExist: boolean
): Promise<void> => {
  try {
    if (ticketMayExist) await sunco.releaseControl(id, markMove('release'))
    else await (isDefault ? sunco.deleteMessages(id) : sunco.deleteConversation(id))
  } catch (error) {
    if (!isGone(error)) logger.forBot().error(`A handoff that failed left a conversation behind: ${reasonOf(error)}`)
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
