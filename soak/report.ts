import type { Allowed } from './compare'

export type SoakReport = {
  seed: number
  functions: number
  cold: boolean
  surroundings: {
    controlLagMs: number
    metadataPatch: 'merge' | 'replace'
    stateCacheMs: number
    losesEvents: boolean
  }
  events: number
  sessions: number
  agentMessages: number
  customerMessages: number
  faults: Record<string, number>
  faultTotal: number
  redeliveries: number
  /** Sessions whose end was passed on only when the customer spoke, Sunco having given it up. */
  asked: number
  /** Sessions whose end or last message came only with the hourly `register`, Sunco having given it up. */
  hourly: number
  /** Sessions that were over for both sides and still bore the tag of a live one, until the hourly `register`. */
  tidied: number
  /** Live tickets of handoffs that the plugin never heard of, their functions having been killed. */
  leftBehind: number
  allowed: Allowed
  seconds: number
  /** A line for everything that one side said and the other has not, has twice, or has in another order. */
  differences: string[]
}

/** The report in lines a person can read. */
export const describeSoak = (report: SoakReport): string => {
  const { surroundings, allowed } = report
  const where = report.cold ? 'a new function for every request' : `${report.functions} functions`
  return [
    `seed ${report.seed}: ${report.events} events in ${report.sessions} sessions over ${where}, ${report.seconds} s`,
    `  ${Object.entries(surroundings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    `  ${report.agentMessages} messages of agents, ${report.customerMessages} of customers`,
    `  ${report.faultTotal} faults: ${Object.entries(report.faults)
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    `  ${report.redeliveries} redeliveries; ${report.asked} ends passed on by the customer’s next word, ${report.hourly} sessions needed the hourly register, ${report.tidied} more for their tags`,
    `  allowed: ${allowed.killed} of the customers’ messages died with their function, in ${allowed.passed} sessions one was passed for being slow, ${report.leftBehind} handoffs died and left a ticket`,
    report.differences.length === 0 ? '  nothing else missing, nothing twice, and order kept otherwise' : '',
    ...report.differences.map((line) => `  DIFFERENCE ${line}`),
  ]
    .filter(Boolean)
    .join('\n')
}
