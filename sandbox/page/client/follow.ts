import { useCallback, useLayoutEffect, useRef, type RefObject } from 'hono/jsx/dom'

/** How far from its end a log still counts as read to the end, in pixels. */
const NEAR = 60
/** No height of a log. */
const UNKNOWN = -1

export type Follow = { ref: RefObject<HTMLElement | null>; onScroll: () => void; follow: () => void }

/** Keeps a log at its end while new lines come, unless the person has scrolled up in it. */
export const useFollow = (length: number): Follow => {
  const ref = useRef<HTMLElement>(null)
  const atEnd = useRef(true)
  const height = useRef(0)
  const follow = useCallback(() => {
    if (ref.current && atEnd.current) ref.current.scrollTop = ref.current.scrollHeight
  }, [])
  useLayoutEffect(follow, [length])
  useLayoutEffect(() => {
    const settle = (): void => {
      height.current = ref.current?.clientHeight ?? 0
      follow()
    }
    const observer = new ResizeObserver(settle)
    if (ref.current) observer.observe(ref.current)
    // A log that became larger and as small as before within one frame is not at its end any more, and no observer is
    // told.
    const unsettle = (): void => {
      height.current = UNKNOWN
      requestAnimationFrame(settle)
    }
    window.addEventListener('resize', unsettle)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', unsettle)
    }
  }, [])
  const onScroll = useCallback(() => {
    const log = ref.current
    // A log that has just become smaller is not at its end any more although nobody has scrolled it.
    if (log && log.clientHeight === height.current)
      atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR
  }, [])
  return { ref, onScroll, follow }
}
