import { useLayoutEffect, useRef, type RefObject } from 'hono/jsx/dom'

type Field = HTMLInputElement | HTMLTextAreaElement

export type Draft = {
  ref: RefObject<Field | null>
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
  return {
    ref,
    text,
    keep: () => sessionStorage.setItem(key, text()),
    sent: (gone) => {
      if (sessionStorage.getItem(key) === gone) sessionStorage.removeItem(key)
      if (ref.current?.value === gone) ref.current.value = ''
    },
  }
}
