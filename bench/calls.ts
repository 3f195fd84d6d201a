import type { Wire } from '../sandbox/world'
import { leastRoundTrips } from './round-trips'
import { atMost, type Row } from './rows'
import type { Stage } from './stage'

const isId = (segment: string): boolean => segment.length > 20 || segment.includes('_')

/** Ids left out: `botpress POST messages/get-or-create`. */
const nameOf = ({ server, method, path }: Wire): string => {
  const segments = path.replace(/^.*\/(apps\/[^/]+|chat)\//, '').split('/')
  return `${server} ${method} ${segments.map((segment) => (isId(segment) ? ':id' : segment)).join('/')}`
}

/** In the order in which they began; those made side by side by name. */
export const namesOf = (calls: Wire[]): string => {
  const waves: Wire[][] = []
  let answeredFrom = -Infinity
  for (const call of calls) {
    const wave = waves.at(-1)
    if (wave && call.at < answeredFrom) wave.push(call)
    else {
      waves.push([call])
      answeredFrom = call.at + call.durationMs
    }
  }
  return waves.map((wave) => wave.map(nameOf).sort().join(' + ')).join(', ')
}

/** Calls of each of several repetitions of the same work, one after the other. */
export const repeat = async (
  stage: Stage,
  times: number,
  work: (n: number) => unknown,
  operation?: string
): Promise<Wire[][]> => {
  const rounds: Wire[][] = []
  for (let n = 0; n < times; n++) rounds.push(await stage.callsOf(() => work(n), operation))
  return rounds
}

export const countsOf = (rounds: Wire[][]): number[] => rounds.map(({ length }) => length)

/** Throws where a function knew the installation: it would be counted as better than it is. */
export const mustBeNew = (rounds: Wire[][]): void => {
  if (!rounds.every(([first]) => first?.path.endsWith('/installation'))) throw new Error('a function was not new')
}

type Most = { calls: number; roundTrips: number }

/** How many calls it takes, and how many round trips one after the other. */
export const callRows = (what: string, rounds: Wire[][], most: Most): Row[] => [
  atMost(`calls, ${what}`, countsOf(rounds), most.calls),
  atMost(`round trips, ${what}`, [leastRoundTrips(rounds)], most.roundTrips),
]
