import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { HandlerContext } from '../botpress'
import { isProblem, problem } from '../problems'
import { openBotpress } from './client'
import { Deadline } from './deadline'
import { reasonOf } from './failure'

/**
 * Botpress gives a handler about a minute. Everything that a handler does shares this much of it, in milliseconds,
 * however many calls, repetitions and parts that is; some seconds more may go into tidying up.
 */
const handlerBudgetMs = 40_000

type SdkContext = Omit<HandlerContext, 'deadline'>

/**
 * Runs a handler as a function of a pool has to be run: with a client whose calls end in time, and after a look at what
 * happened while the process was frozen. Connections that the far side closed meanwhile are noticed in these two turns
 * of the event loop; the first call would go over a dead one otherwise, and wait for its repetition.
 */
export const runHandler = async <P extends SdkContext, R>(
  props: P,
  budgetMs: number,
  handler: (props: P & { deadline: Deadline }) => Promise<R>
): Promise<R> => {
  await turnOfTheLoop()
  await turnOfTheLoop()
  return handler(withDeadline(Deadline.in(budgetMs), props))
}

/** The same context with another deadline, and a client that keeps to it. */
const withDeadline = <P extends SdkContext>(deadline: Deadline, context: P): P & { deadline: Deadline } => ({
  ...context,
  deadline,
  client: openBotpress(context.ctx, deadline),
})

/** The same context for a step that may take this long, in milliseconds; never longer than the whole. */
export const within = <C extends HandlerContext>(context: C, ms: number): C =>
  withDeadline(context.deadline.within(ms), context)

/** The same context with time of its own, in milliseconds, for what has to be tidied up although the time is up. */
export const afresh = <C extends HandlerContext>(context: C, ms: number): C => withDeadline(Deadline.in(ms), context)

/**
 * What every handler but the webhook's is wrapped in: it lets only errors through whose text may be shown, for the SDK
 * logs the text and answers with it.
 */
export const safely =
  <P extends SdkContext, R>(handler: (props: P & { deadline: Deadline }) => Promise<R>): ((props: P) => Promise<R>) =>
  async (props) => {
    try {
      return await runHandler(props, handlerBudgetMs, handler)
    } catch (error) {
      throw isProblem(error) ? error : problem('unexpected', reasonOf(error))
    }
  }
