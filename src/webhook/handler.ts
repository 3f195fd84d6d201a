import { LRUCache } from 'lru-cache'
import pLimit from 'p-limit'
import type { Handling, Installation, Props } from '../botpress'
import { handlerBudgetMs, withinBudget } from '../deadline'
import { reasonOf } from '../problems'
import { inOrder } from '../session/in-order'
import { noteOver, noteSeenAll, orderKey } from '../session/session'
import { isWorthRedelivering, TryLater } from '../session/try-later'
import { apply } from './apply'
import { authenticate } from './authenticate'
import { parseBatch, type SuncoEvent } from './batch'
import { takeIn, type Intake, type IntakeOptions } from './intake'

type Answer = { status: number }

/** Sunco waits 20 s and then delivers again; what is not done by then is left to the redelivery. */
const answerWithinMs = 15_000
/** Conversations of one batch that are worked on at a time. */
const sideBySide = 10

/** Events that were handled by this process, by installation: a redelivered batch does not ask Botpress about them. */
const handled = new LRUCache<string, true>({ max: 5_000 })

/**
 * Takes webhook requests of Sunco. Answers 200 when every event is dealt with, 401 to strangers, and 503 where something
 * may succeed later: only then does Sunco deliver again (400, 401, 403, 404 and 406 are final).
 */
export const handler: Props['handler'] = async (props) => {
  const { req, logger } = props
  // On creating a webhook, Sunco asks whether anyone is there.
  if (req.method === 'HEAD' || req.method === 'GET') return { status: 200 }
  try {
    return await answerInTime(() =>
      withinBudget(handlerBudgetMs, () => receive(props, req.headers['x-api-key'], req.body))
    )
  } catch (error) {
    logger.error(`A webhook request was not handled (${reasonOf(error)}); it will be delivered again.`)
    return { status: 503 }
  }
}

const answerInTime = async (work: () => Promise<Answer>): Promise<Answer> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ status: 503 }), answerWithinMs)
  })
  return Promise.race([work(), timeout]).finally(() => clearTimeout(timer))
}

/** Verify, parse, decide, apply: everything before the last step is free of calls on a warm process. */
const receive = async (
  handling: Handling,
  apiKey: string | undefined,
  rawBody: string | undefined
): Promise<Answer> => {
  const { ctx, logger } = handling
  const installation = await authenticate(handling, apiKey)
  if (!installation) {
    logger.warn('A webhook request without the right secret was refused.')
    return { status: 401 }
  }
  const batch = parseBatch(rawBody)
  if (!batch) {
    logger.warn('A webhook request without a list of events was ignored.')
    return { status: 200 }
  }
  if (batch.broken > 0) logger.warn(`${batch.broken} events that cannot be understood were ignored.`)

  const limit = pLimit(sideBySide)
  const groups = [...groupByConversation(batch.events, intakeOptions(ctx, installation))]
  for (const { intake } of groups.flatMap(([, steps]) => steps)) {
    // Before it is its turn: the customer may be speaking at this moment.
    if (intake.kind === 'sessionEnd') noteOver(ctx, intake.conversationId, intake.reason)
  }
  const outcomes = await Promise.all(
    groups.map(([key, steps]) => limit(() => inOrder(orderKey(ctx, key), () => applyInOrder(handling, steps))))
  )
  return { status: outcomes.every(Boolean) ? 200 : 503 }
}

const intakeOptions = (ctx: Handling['ctx'], installation: Installation): IntakeOptions => ({
  webhookId: ctx.webhookId,
  installation,
  forwardAutomatedMessages: ctx.configuration.forwardAutomatedMessages ?? false,
})

type Step = { intake: Intake; eventId?: string }

const groupByConversation = (events: SuncoEvent[], options: IntakeOptions): Map<string, Step[]> => {
  const groups = new Map<string, Step[]>()
  for (const event of events) {
    const intake = takeIn(event, options)
    if (intake.kind === 'nothing') continue
    const key = keyOf(intake)
    const steps = groups.get(key) ?? []
    steps.push({ intake, eventId: event.id })
    groups.set(key, steps)
  }
  return groups
}

/** What has to keep its order: the events of a conversation. */
const keyOf = (intake: Intake): string => {
  if ('conversationId' in intake) return intake.conversationId
  return 'userExternalId' in intake ? `user/${intake.userExternalId}` : intake.kind
}

/**
 * Applies the events of one conversation one after the other. Each is judged for itself; one that has to wait keeps the
 * later ones of its conversation waiting, so that they do not overtake it. Returns whether all is done.
 */
const applyInOrder = async (handling: Handling, steps: Step[]): Promise<boolean> => {
  const { ctx, logger } = handling
  for (const { intake, eventId } of steps) {
    const key = eventId && `${ctx.webhookId}/${eventId}`
    if (key && handled.has(key)) continue
    try {
      await apply(handling, intake)
    } catch (error) {
      if (isWorthRedelivering(error)) {
        if ('conversationId' in intake) noteSeenAll(ctx, intake.conversationId, false)
        if (!(error instanceof TryLater)) logger.warn(`An event has to be delivered again (${reasonOf(error)}).`)
        return false
      }
      logger.forBot().error(`An event of Zendesk could not be handled (${reasonOf(error)}).`)
    }
    if (key) handled.set(key, true)
  }
  return true
}
