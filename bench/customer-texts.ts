import type { Wire } from '../sandbox/world'
import { callRows, mustBeNew, namesOf, repeat } from './calls'
import { roundTripOf } from './round-trips'
import { atMost, exactly, type Row } from './rows'
import type { Session, Stage } from './stage'

const repeats = 5

/** The round trip on which the agent gets the text; see `leastRoundTrips` for why the least one counts. */
const leastTripOfPost = (rounds: Wire[][]): number =>
  Math.min(
    ...rounds.map((calls) => {
      const post = calls.find(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
      if (!post) throw new Error('a customer’s text was not posted')
      return roundTripOf(post, calls)
    })
  )

/** Calls for a customer's texts; the events of the integration's own posts are among what is counted. */
export const countCustomerTexts = async (stage: Stage, { customer }: Session): Promise<Row[]> => {
  const rounds = await repeat(stage, repeats, (n) => customer.say(`Text ${n}`))
  return [
    ...callRows('customer’s text', rounds, { calls: 4, roundTrips: 3 }),
    exactly(
      'in this order',
      rounds.map(namesOf),
      'botpress GET messages + sunco GET conversations/:id, sunco POST conversations/:id/messages, botpress PUT messages/:id'
    ),
    atMost('of the round trips, up to the post', [leastTripOfPost(rounds)], 2),
  ]
}

/** The same in functions that have not met the installation either. */
export const countCustomerTextsAnew = async (stage: Stage, { customer }: Session): Promise<Row[]> => {
  const rounds = await repeat(stage, 3, (n) => customer.say(`Anew ${n}`), 'message_created')
  mustBeNew(rounds)
  return [
    ...callRows('customer’s text, function new to the installation', rounds, { calls: 5, roundTrips: 4 }),
    atMost('of the round trips, up to the post', [leastTripOfPost(rounds)], 3),
  ]
}
