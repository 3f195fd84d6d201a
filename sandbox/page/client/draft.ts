import { useLayoutEffect, useRef, type RefObject } from 'hono/jsx/dom'

type Field = HTMLInputElement | HTMLTextAreaElement

export type Draft = {
  ref: RefObject<Field | null>
  /** Writes words for the person, who can still change them. */
  fill: (text: string) => void
  /** To be called with each change of the field. */
  keep: () => void
  /** As it stands in the field. */
  text: () => string
  /** Forgets what was sent, unless it was changed meanwhile. */
  sent: (text: string) => void
}

/** What is written and not sent yet; it waits while another customer or ticket is on show, and over a reload. */
export const useDraft = (of: string): Draft => {
  const ref = useRef<Field>(null)
  const key = `draft ${of}`
  const text = (): string => ref.current?.value ?? ''
  useLayoutEffect(() => {
    if (ref.current) ref.current.value = sessionStorage.getItem(key) ?? ''
  }, [key])
  const keep = (): void => sessionStorage.setItem(key, text())
  return {
    ...{ ref, text, keep },
    fill: (words) => {
      if (!ref.current) return
      ref.current.value = words
      ref.current.focus()
      keep()
    },
    sent: (gone) => {
      if (sessionStorage.getItem(key) === gone) sessionStorage.removeItem(key)
      if (ref.current?.value === gone) ref.current.value = ''
    },
  }
}
