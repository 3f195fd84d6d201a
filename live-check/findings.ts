import { factNames, facts, type FactName } from './facts'

export type Verdict = 'holds' | 'does not hold' | 'could not be told'
type Finding = { verdict: Verdict; note?: string }

/** What was found so far; each fact is told once, in a line of its own. */
export type Findings = {
  tell: (name: FactName, holds: boolean, note?: string) => void
  /** Facts that are told already stay as they are. */
  leaveOpen: (names: readonly FactName[], why: string) => void
  /** A line for each fact, by its short name, that may be sent to anyone. */
  summary: () => string[]
}

const columns = 'could not be told'.length + 2

/** @param say must only be given texts of our own, numbers, statuses and codes: all of it may be sent to others */
export const createFindings = (say: (line: string) => void): Findings => {
  const found = new Map<FactName, Finding>()
  const keep = (name: FactName, finding: Finding, code: string): void => {
    if (found.has(name)) return
    found.set(name, finding)
    const note = finding.note ? ` (${finding.note})` : ''
    say(`${finding.verdict.padEnd(columns)}${facts[name].says}${note}: ${code}`)
  }
  return {
    tell: (name, holds, note) =>
      keep(name, { verdict: holds ? 'holds' : 'does not hold', note }, facts[name][holds ? 'holds' : 'fails']),
    leaveOpen: (names, why) => {
      for (const name of names) {
        const { holds, fails } = facts[name]
        const code = holds === fails ? holds : `if so, ${holds}; if not, ${fails}`
        keep(name, { verdict: 'could not be told', note: why }, code)
      }
    },
    summary: () =>
      factNames.map((name) => {
        const { verdict, note } = found.get(name) ?? { verdict: 'could not be told', note: 'not looked at' }
        return `${name}: ${verdict}${note ? ` (${note})` : ''}`
      }),
  }
}
