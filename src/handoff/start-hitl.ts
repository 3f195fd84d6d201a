import { randomUUID } from 'node:crypto'
import type { Actions, HandlerContext } from '../botpress'
import { readBotName } from '../installation/bot-name'
import { openInstallation, openFor, type OpenInstallation } from '../installation/open'
import { reasonOf } from '../platform/failure'
import { afresh, within } from '../platform/handle'
import { sideBySide } from '../platform/side-by-side'
import { problem } from '../problems'
import { offerToUs } from '../reconcile/control'
import { markMove } from '../session/mark'
import { noteMetadata } from '../session/note'
import { postInOrder } from '../session/post'
import { begunTakesMs, noteTakesMs, offerTakesMs } from '../session/start-times'
import { beginningTags, begunWithoutNote } from '../session/tags'
import type { SuncoClient } from '../sunco/client'
import { isSuncoError } from '../sunco/error'
import { prepareTicket } from '../support'
import { toLanguage } from '../text/language'
import { passToAgentWorkspace, takeControl } from './control'
import { createConversation, type CreatedConversation } from './create-conversation'
import { namePerson, readCustomer, type Customer } from './customer'
import { checkTicketFields } from './ticket-fields'
import { toTicketMetadata } from './ticket-metadata'
import { composeOpening, composeTranscript, namesOf } from './transcript'
import { attachTranscript, uploadTranscript } from './transcript-file'
import { undo, type Undo } from './undo'

type Props = Parameters<Actions['startHitl']>[0]
type Fields = ReturnType<typeof checkTicketFields>
type Beginning = Pick<Parameters<typeof beginningTags>[0], 'userExternalId' | 'language' | 'ticketState'>

/** Kept for tidying up after a handoff that ran out of time, in milliseconds. */
const undoBudgetMs = 8_000

/**
 * Hands the customer over: conversation, control to ourselves, opening messages, control to Agent Workspace with the
 * ticket's metadata, and an offer back to ourselves, which is what keeps events coming while Agent Workspace holds
 * control. The Botpress conversation is made beside the offer, and the note that every event carries is written last.
 *
 * Where it fails before a ticket can exist, the Sunco conversation is removed again; afterwards control is released, so
 * that a second try leaves one live ticket. Rejects with a RuntimeError that says why.
 */
export const startHitl: Actions['startHitl'] = async (props) => {
  const fields = checkTicketFields(props.input.hitlSession)
  const language = languageOf(props, fields)
  const opened = await openInstallation(props)
  const startedAt = Date.now()
  const reading = readCustomer(props, props.input.userId)
  const { userId } = props.input
  const { requesterExternalId } = fields
  const [customer, created, bot] = await Promise.allSettled([
    reading,
    createConversation(props, opened, startedAt, { userId, reading, requesterExternalId }),
    botNameOf(props, opened),
  ])
  if (created.status === 'rejected') throw await explain(opened.sunco, created.reason)

  const { conversation, externalId, isNewPerson } = created.value
  const progress: Undo = { conversation, startedAt, ticketMayExist: false }
  try {
    if (customer.status === 'rejected') throw customer.reason
    const names = namesOf(customer.value.name, bot.status === 'fulfilled' ? bot.value : undefined)
    const taken = await takeControl(props, opened, progress.conversation.id)
    const firstMessageId = await openConversation(props, taken, progress.conversation.id, names)
    const ticket = prepareTicket(props, progress.conversation.id, props.input.title)
    const tags = [...ticket.ticketTags, ...(fields.tags ?? [])]
    const metadata = ticketMetadataOf(props, { ...fields, tags }, created.value, customer.value, firstMessageId)
    const passed = await handOver(props, taken, progress, metadata)
    return await begin(props, passed, progress, {
      userExternalId: externalId,
      language,
      ticketState: ticket.conversationTags,
    })
  } catch (error) {
    await sideBySide([
      undo(afresh(props, undoBudgetMs), opened, progress),
      isNewPerson && namePerson(props, opened, externalId, reading),
    ])
    throw await explain(opened.sunco, error)
  }
}

/** A handoff must not fail for the sake of a language. */
const languageOf = ({ logger }: Props, fields: Fields): string | undefined => {
  const language = toLanguage(fields.language)
  if (fields.language !== undefined && !language) {
    logger.forBot().warn('The ticket field "language" holds no BCP 47 tag, such as "fr" or "pt-BR": English is used.')
  }
  return language
}

/** Kept with the installation; asked for where it is not. */
const botNameOf = async (props: Props, { installation }: OpenInstallation): Promise<string | undefined> =>
  installation.botNameReadAt ? installation.botName : (await readBotName(props)).botName

/** Posts what the agent should know, and returns the Sunco id of the first message. */
const openConversation = async (
  props: Props,
  opened: OpenInstallation,
  conversationId: string,
  names: ReturnType<typeof namesOf>
): Promise<string> => {
  const { title, description, messageHistory } = props.input
  const history = messageHistory ?? []
  const told = { title, description, history, names }
  const opening = composeOpening(told)
  const posts = opening.messages.map(
    (text) => ({ author: { type: 'business' }, content: { type: 'text', text } }) as const
  )
  const [[firstMessageId = ''], mediaUrl] = await sideBySide([
    postInOrder(props, opened.sunco, conversationId, `start-${randomUUID()}`, posts),
    opening.isWhole ? undefined : uploadTranscript(props, opened, conversationId, composeTranscript(told)),
  ])
  if (mediaUrl) await attachTranscript(props, opened, conversationId, mediaUrl)
  return firstMessageId
}

const ticketMetadataOf = (
  { logger }: Props,
  fields: Fields,
  { tellsOf }: CreatedConversation,
  customer: Customer,
  firstMessageId: string
) => {
  const mark = markMove('ticket')
  const { metadata, dropped } = toTicketMetadata({ customer: tellsOf(customer), fields, firstMessageId, mark })
  if (dropped.length > 0) {
    logger.forBot().warn(`The ticket's metadata is limited to 4 KB; left out: ${dropped.join(', ')}`)
  }
  return metadata
}

/** Control goes to Agent Workspace, which opens the ticket: afterwards one may exist unless Sunco surely refused. */
const handOver = async (
  context: HandlerContext,
  taken: OpenInstallation,
  progress: Undo,
  metadata: ReturnType<typeof ticketMetadataOf>
): Promise<OpenInstallation> => {
  const [passed] = await Promise.allSettled([passToAgentWorkspace(context, taken, progress.conversation.id, metadata)])
  const isRefused = passed.status === 'rejected' && isSuncoError(passed.reason) && passed.reason.fate === 'refused'
  progress.ticketMayExist = !isRefused
  if (passed.status === 'rejected') throw passed.reason
  return passed.value
}

/**
 * The last steps. Offer and Botpress conversation go side by side and end in the time that other processes count on:
 * what they bring before the plugin knows of the session is dropped. The note may fail.
 */
const begin = async (
  props: Props,
  opened: OpenInstallation,
  progress: Undo,
  { userExternalId, language, ticketState }: Beginning
): Promise<{ conversationId: string }> => {
  const { ctx, logger } = props
  const { switchboardIntegrationId } = opened.installation
  const suncoConversationId = progress.conversation.id
  const offering = within(props, offerTakesMs)
  const beginning = async (): Promise<string> => {
    const { conversation } = await offering.client.getOrCreateConversation({
      channel: 'hitl',
      tags: beginningTags({
        suncoConversationId,
        userExternalId,
        startedAt: progress.startedAt,
        language,
        ticketState,
      }),
      discriminateByTags: ['id'],
    })
    progress.botpressConversationId = conversation.id
    return conversation.id
  }
  const since = Date.now()
  const [, conversationId] = await sideBySide([
    offerToUs(openFor(offering, opened), { suncoConversationId }),
    beginning(),
  ])
  // The handoff returns with the answer to the note, which takes about as long as what went before it.
  const beganAt = Date.now() + Math.min(Date.now() - since, noteTakesMs)
  const note = noteMetadata(ctx, { conversationId, suncoConversationId, beganAt, language })
  try {
    const noting = openFor(within(props, noteTakesMs), opened)
    const noted = await noting.sunco.updateConversation(suncoConversationId, note)
    // An offer that was accepted need not stand, and without one nobody hears the agent. Best effort.
    if (noted && noted.pendingSwitchboardIntegration?.id !== switchboardIntegrationId) {
      await offerToUs(noting, { suncoConversationId }).catch(() => undefined)
    }
  } catch (error) {
    logger.warn(`A session's note could not be written (${reasonOf(error)}).`)
    // Without either, the session counts as one whose handoff was never finished.
    const telling = within(props, begunTakesMs)
    await telling.client.updateConversation({ id: conversationId, tags: begunWithoutNote })
  }
  return { conversationId }
}

const explain = async (sunco: SuncoClient, error: unknown): Promise<unknown> => {
  if (!isSuncoError(error)) return error
  if (error.operation === 'create conversation' && error.status === 400) {
    const app = await sunco.getApp().catch(() => undefined)
    if (app?.settings?.multiConvoEnabled === false) return problem('multipleConversationsOff')
  }
  return problem('startRefused', reasonOf(error))
}
