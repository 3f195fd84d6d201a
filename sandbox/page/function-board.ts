import type { PoolFunction } from '../functions'
import { operationNames } from './operation-name'
import type { FunctionView } from './view'

/** As many as a restart of the usual pool leaves behind. */
const KILLED_KEPT = 4

export type FunctionBoard = { onChange: (changed: PoolFunction) => void; views: () => FunctionView[] }

/** An action by its own name alone: a card is narrow. */
const nameOf = ({ operation, body }: NonNullable<PoolFunction['call']>): string =>
  operationNames
    .integration({
      ...{ method: 'POST', path: '/', requestHeaders: { 'x-bp-operation': operation } },
      requestBody: body,
    })
    .replace('action_triggered ', '')

/** Keeps what each function of the pool is, and took last; those that were killed stay for a while. */
export const createFunctionBoard = (): FunctionBoard => {
  const board = new Map<string, FunctionView>()

  const stateOf = (state: PoolFunction['state'], calls: number): FunctionView['state'] => {
    if (state === 'dead') return 'killed'
    return calls === 0 && (state === 'idle' || state === 'frozen') ? 'cold' : state
  }
  const forgetOldest = (): void => {
    const killed = [...board.values()].filter(({ state }) => state === 'killed')
    killed.slice(0, -KILLED_KEPT).forEach(({ id }) => board.delete(id))
  }
  return {
    onChange: ({ id, state, call }) => {
      const { calls, took } = board.get(id) ?? { calls: 0 }
      const taken = state === 'busy' && call ? nameOf(call) : undefined
      const count = taken === undefined ? calls : calls + 1
      board.set(id, { id, state: stateOf(state, count), calls: count, took: taken ?? took })
      forgetOldest()
    },
    views: () => [...board.values()],
  }
}
