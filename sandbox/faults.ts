import type { Fault, LoopbackOptions } from './loopback'

export type Asked = Parameters<NonNullable<LoopbackOptions['fault']>>[0]
/** What a request's `METHOD path` has to match, or what has to be true of the request. */
type Match = RegExp | ((request: Asked) => boolean)
type Rule = { match: Match; fault: Fault; left: number }

/** Faults that wait for requests to a server. */
export type FaultPlan = {
  /** For the `fault` option of a server. */
  fault: NonNullable<LoopbackOptions['fault']>
  /** The next requests that match meet the fault. @param times Infinity for all of them */
  next: (match: Match, fault: Fault, times?: number) => void
  clear: () => void
}

const fits = (match: Match, request: Asked): boolean =>
  typeof match === 'function' ? match(request) : match.test(`${request.method} ${request.path}`)

export const createFaultPlan = (): FaultPlan => {
  const rules: Rule[] = []
  return {
    fault: (request) => {
      const rule = rules.find(({ match, left }) => left > 0 && fits(match, request))
      if (rule) rule.left -= 1
      return rule?.fault
    },
    next: (match, fault, times = 1) => void rules.push({ match, fault, left: times }),
    clear: () => void rules.splice(0),
  }
}
