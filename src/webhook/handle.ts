import type { HandlerContext, SdkProps } from '../botpress'
import { decide, type Decision, type DecideOptions } from '../events/decide'
import { parseBatch, type SuncoEvent } from '../events/parse'
import { isTransient, reasonOf, TryLater } from '../platform/failure'
import { runHandler } from '../platform/handle'
import { settleTickets, type SessionToSettle } from '../support'
import { apply } from './apply'
import { authenticate } from './authenticate'

type Answer = { status: number }
/** What became of the events of one conversation. */
type Outcome = { isSettled: boolean; toSettle: SessionToSettle[] }

/**
 * Sunco waits 20 s and then delivers again. Every call ends within this time, in milliseconds, so that none goes on
 * unheard.
 */
const budgetMs = 14_000
/** Conversations of one batch that are worked on at a time. */
const conversationsAtOnce = 10

/**
 * Takes webhook requests of Sunco. Answers 200 when every event is dealt with, 401 to strangers, and 503 where
 * something may succeed later: only then does Sunco deliver again (400, 401, 403, 404 and 406 are final).
 */
export const handleWebhook: SdkProps['handler'] = async (props) => {
  const { req, logger } = props
  // On creating a webhook, Sunco asks whether anyone is there.
  if (req.method === 'HEAD' || req.method === 'GET') return { status: 200 }
  try {
    return await runHandler(props, budgetMs, (context) => receive(context, apiKeyOf(req.headers), req.body))
  } catch (error) {
    if (!(error instanceof TryLater)) {
      logger.error(`A webhook request was not handled (${reasonOf(error)}); it will be delivered again.`)
    }
    return { status: 503 }
  }
}

/** Whichever letters of the header's name Botpress leaves large. */
const apiKeyOf = (headers: Record<string, string | undefined>): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-api-key')?.[1]

/** Verify, parse, decide, apply: everything before the last step is free of calls where the installation is known. */
const receive = async (
  context: HandlerContext,
  apiKey: string | undefined,
  rawBody: string | undefined
): Promise<Answer> => {
  const { ctx, logger } = context
  const installation = await authenticate(context, apiKey)
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

  const groups = groupByConversation(batch.events, { ctx, installation })
  const waiting = groups.values()
  const outcomes: Outcome[] = []
  // Each takes the next conversation that none has taken.
  const work = async (): Promise<void> => {
    for (const decisions of waiting) outcomes.push(await applyInOrder(context, decisions))
  }
  await Promise.all(Array.from({ length: Math.min(groups.length, conversationsAtOnce) }, work))
  // Zendesk Support is asked last: nobody's words wait for it.
  await settleTickets(
    context,
    outcomes.flatMap(({ toSettle }) => toSettle)
  )
  return { status: outcomes.every(({ isSettled }) => isSettled) ? 200 : 503 }
}

/** What has to keep its order: the events of a conversation. */
const groupByConversation = (events: SuncoEvent[], options: DecideOptions): Decision[][] => {
  const groups = new Map<string, Decision[]>()
  for (const event of events) {
    const decision = decide(event, options)
    if (decision.kind === 'nothing') continue
    const key = keyOf(decision)
    groups.set(key, [...(groups.get(key) ?? []), decision])
  }
  return [...groups.values()]
}

const keyOf = (decision: Decision): string => {
  if ('place' in decision) return decision.place.suncoConversationId
  if ('suncoConversationId' in decision) return decision.suncoConversationId
  return 'userExternalId' in decision ? `user/${decision.userExternalId}` : decision.kind
}

/**
 * Applies the events of one conversation one after the other. Each is judged for itself; one that has to wait keeps the
 * later ones of its conversation waiting, so that they do not overtake it. Never rejects; returns whether all is done,
 * and the sessions whose tickets are to be seen to.
 */
const applyInOrder = async (context: HandlerContext, decisions: Decision[]): Promise<Outcome> => {
  const { logger } = context
  const toSettle: SessionToSettle[] = []
  for (const decision of decisions) {
    try {
      toSettle.push(...(await apply(context, decision)))
    } catch (error) {
      if (isTransient(error)) {
        if (!(error instanceof TryLater)) logger.warn(`An event has to be delivered again (${reasonOf(error)}).`)
        return { isSettled: false, toSettle }
      }
      logger.forBot().error(`An event of Zendesk could not be handled (${reasonOf(error)}).`)
    }
  }
  return { isSettled: true, toSettle }
}
