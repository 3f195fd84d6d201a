import type { Chosen } from './chosen'
import { ALL, type WireFilter } from './wire-filter'

/** What this tab keeps over a reload. */
export type Memory = {
  chosen: Chosen
  /** The agent that the person works as. */
  agentId?: string
  /** How many lines of a ticket were on show. */
  read: Record<number, number>
  filter: WireFilter
}

export const BLANK: Memory = { chosen: {}, read: {}, filter: ALL }

/** @param run the start of the sandbox: after another one, customers and tickets of the same name are others */
export const recall = (run: string): Memory => {
  if (sessionStorage.getItem('run') !== run) sessionStorage.clear()
  sessionStorage.setItem('run', run)
  return { ...BLANK, ...(JSON.parse(sessionStorage.getItem('memory') ?? '{}') as Partial<Memory>) }
}

export const keep = (memory: Memory): void => sessionStorage.setItem('memory', JSON.stringify(memory))
