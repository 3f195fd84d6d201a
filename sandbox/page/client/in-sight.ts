import { useLayoutEffect, useRef, type RefObject } from 'hono/jsx/dom'

/** How far to move for the inner one to lie within the outer one. */
const overshoot = (start: number, end: number, outerStart: number, outerEnd: number): number =>
  Math.min(0, start - outerStart) || Math.max(0, end - outerEnd)

/** For a list whose current entry may lie out of sight; scrolls the list and, unlike the browser, nothing around it. */
export const useInSight = (current: string | number | undefined): RefObject<HTMLElement | null> => {
  const ref = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const inner = ref.current?.querySelector('[aria-pressed=true], [aria-current=true]')?.getBoundingClientRect()
    const outer = ref.current?.getBoundingClientRect()
    if (!inner || !outer) return
    const left = overshoot(inner.left, inner.right, outer.left, outer.right)
    ref.current?.scrollBy(left, overshoot(inner.top, inner.bottom, outer.top, outer.bottom))
  }, [current])
  return ref
}
