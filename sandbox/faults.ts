import type { Fault, LoopbackOptions } from './loopback'

type Rule = { match: RegExp; fault: Fault; left: number }

/** Faults that wait for requests to a server. */
export type FaultPlan = {
  /** For the `fault` option of a server. */
  fault: NonNullable<LoopbackOptions['fault']>
  /** The next requests whose `METHOD path` matches meet the fault. @param times Infinity for all of them */
  next: (match: RegExp, fault: Fault, times?: number) => void
  clear: () => void
}

export const createFaultPlan = (): FaultPlan => {
  const rules: Rule[] = []
  return {
    fault: ({ method, path }) => {
      const rule = rules.find(({ match, left }) => left > 0 && match.test(`${method} ${path}`))
      if (rule) rule.left -= 1
      return rule?.fault
    },
    next: (match, fault, times = 1) => void rules.push({ match, fault, left: times }),
    clear: () => void rules.splice(0),
  }
}
