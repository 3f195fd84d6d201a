import { useCallback, useRef } from 'hono/jsx/dom'

export type Once = (work: () => Promise<unknown>) => Promise<void>

/** Does one thing at a time: what is asked for meanwhile, as by the second click of two, is left out. */
export const useOnce = (): Once => {
  const busy = useRef(false)
  return useCallback(async (work) => {
    if (busy.current) return
    busy.current = true
    try {
      await work()
    } finally {
      busy.current = false
    }
  }, [])
}
