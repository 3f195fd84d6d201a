import { createElement } from 'hono/jsx/dom'
import { jsxDEV } from 'hono/jsx/dom/jsx-dev-runtime'

export type Element = ReturnType<typeof createElement>
export type Child = Parameters<typeof createElement>[2]

/** An HTML element. Strings among the children become text, never markup. */
export const h = createElement

/** A component with its properties. */
export const part = <Props extends Record<string, unknown>>(
  component: (props: Props) => Child | Promise<Child>,
  props: Props,
  key?: string
): Element => jsxDEV(component, props, key)
