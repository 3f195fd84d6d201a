import { randomUUID } from 'node:crypto'
import { isApiError } from '@botpress/sdk'
import type { HandlerContext } from '../botpress'
import { isMissing, isTransient, TryLater } from '../platform/failure'
import { within } from '../platform/handle'

type Claim = { subject: string; token: string; at: number }

/**
 * How long a claim holds, in milliseconds. Its holder has done by then what has no key against doubling, or has given
 * up: an older claim is left behind by a process that died, or was not told what came of its work.
 */
const leaseMs = 8_000
const marginMs = 1_000
/** Between two looks at a claim of another process, in milliseconds. */
const lookMs = 120
/**
 * How long storing over an expired claim may take, and how long to wait for others who do the same, in milliseconds.
 */
const takeoverMs = 1_500

const placeOf = (id: string) => ({ type: 'conversation', id, name: 'claim' }) as const

export type ClaimOptions = {
  context: HandlerContext
  /** Botpress id of the conversation that the claim is kept in. It holds one claim at a time. */
  conversationId: string
  /** What the claim is about. */
  subject: string
  /** Asks Botpress whether all of the effect is there already. @param context with the time that there is for it */
  isDone: (context: HandlerContext) => Promise<boolean>
  /**
   * @param context with the time that the claim holds
   * @param wasLeftHalfway the claim was another's who may have brought about a part of the effect
   */
  effect: (context: HandlerContext, wasLeftHalfway: boolean) => Promise<void>
}

/**
 * Brings about once what has no key against doubling (Botpress' events), although several processes may try at the same
 * instant and any of them may die halfway. `getOrSetState` decides who works: the first writer's token stays. The
 * holder looks for the effect before it brings it about, and clears the claim afterwards; everyone else looks again
 * until the effect is there or it is their turn. Where the holder cannot tell what came of the effect, the claim stays
 * until it has run out, and the next one looks for parts of it. Rejects with {@link TryLater} when there is no time
 * left to wait.
 *
 * Rests on `getOrSetState` being atomic, which Botpress does not document. Where it answers from a cache, a claim that
 * was cleared is seen for longer, which costs time only.
 */
export const withClaim = async (options: ClaimOptions): Promise<void> => {
  const { context, conversationId, subject, isDone } = options
  const { client, deadline } = context
  const place = placeOf(conversationId)
  // A look with less time would end in the middle of it.
  while (deadline.remainingMs() > lookMs) {
    const mine: Claim = { subject, token: randomUUID(), at: Date.now() }
    // Where a cleared state is kept as an empty one, that is a claim of nobody's.
    const held: Partial<Claim> | null = (await client.getOrSetState({ ...place, payload: mine })).state.payload
    if (held?.token === mine.token) return work(options, mine, false)
    if (!held?.at || Date.now() - held.at > leaseMs) {
      // Taking this claim over clears it. Those with its subject need it, to know that a part of theirs may be done.
      if (await isDone(context)) return
      const taken = await takeOver(options, mine.at)
      if (taken) return work(options, taken, true)
    } else {
      if (held.subject === subject && (await isDone(context))) return
      await deadline.pause(lookMs)
    }
  }
  throw new TryLater(`${subject} is being worked on elsewhere`)
}

const work = async (
  { context, conversationId, isDone, effect }: ClaimOptions,
  claim: Claim,
  wasLeftHalfway: boolean
): Promise<void> => {
  const leased = within(context, claim.at + leaseMs - marginMs - Date.now())
  try {
    if (!(await isDone(leased))) await effect(leased, wasLeftHalfway)
  } catch (error) {
    // After a transient failure the effect may be there, or may yet come. After a definite refusal it is not.
    if (isApiError(error) && !isTransient(error)) await clear(leased, conversationId, claim)
    throw error
  }
  await clear(leased, conversationId, claim)
}

/**
 * Clears a claim. Where the answer was lost, another process may have made its own since, so that Botpress is asked
 * whose it is before it is cleared again. One that stays runs out.
 */
const clear = async ({ client }: HandlerContext, conversationId: string, claim: Claim): Promise<void> => {
  const place = placeOf(conversationId)
  for (let attempt = 0; attempt < 3; attempt++) {
    const isCleared = await client.setState({ ...place, payload: null }).then(
      () => true,
      () => false
    )
    if (isCleared) return
    const left = await client.getState(place).catch(() => undefined)
    if (left?.state.payload?.token !== claim.token) return
  }
}

/**
 * Stores a claim over one whose holder died. There is no way to compare and swap: every process that saw the expired
 * claim has stored its own by the end of the wait or given up, and the one that is stored then has won.
 * @param seenAt when the expired claim was asked for, in milliseconds since 1970
 */
const takeOver = async (
  { context, conversationId, subject }: ClaimOptions,
  seenAt: number
): Promise<Claim | undefined> => {
  const { client, deadline } = context
  const leftMs = seenAt + takeoverMs - Date.now()
  if (leftMs <= 0) return undefined
  const place = placeOf(conversationId)
  const mine: Claim = { subject, token: randomUUID(), at: Date.now() }
  try {
    await within(context, leftMs).client.setState({ ...place, payload: mine })
  } catch (error) {
    if (!isTransient(error)) throw error
    // Given up for now: there may be time for another try.
    await deadline.pause(takeoverMs)
    return undefined
  }
  await deadline.pause(takeoverMs + lookMs)
  try {
    const { state } = await client.getState(place)
    return state.payload?.token === mine.token ? mine : undefined
  } catch (error) {
    // The one who won is done with it already.
    if (isMissing(error)) return undefined
    throw error
  }
}
