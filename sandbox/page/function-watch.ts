import type { PoolFunction } from '../functions'
import type { FunctionBadge, FunctionMark } from './view'

export type FunctionWatch = {
  onMark: (functionId: string, mark: FunctionMark['mark']) => void
  /** A function takes the request with this body. */
  onTaken: (body: unknown, badge: FunctionBadge) => void
}

/** Makes out of the changes of functions what a person at the page wants to know of them. */
export const watchFunctions = ({ onMark, onTaken }: FunctionWatch): ((changed: PoolFunction) => void) => {
  const frozenSince = new Map<string, number>()
  const used = new Set<string>()
  return ({ id, state, call }) => {
    switch (state) {
      case 'starting':
        return onMark(id, 'started')
      case 'frozen':
        return void frozenSince.set(id, Date.now())
      case 'busy': {
        const since = frozenSince.get(id)
        const isNew = !used.has(id)
        used.add(id)
        if (!call) return
        return onTaken(call.body, isNew ? { id, isNew } : { id, ...(since && { frozenMs: Date.now() - since }) })
      }
      case 'dead':
        return onMark(id, 'died')
      case 'idle':
        return
      default:
        return state satisfies never
    }
  }
}
