import { h, type Element } from './element'

export type Choice<Value extends string> = { value: Value; label: string }

export type SelectProps<Value extends string> = {
  /** Left out where a label element names it by its id. */
  label?: string
  id?: string
  value: Value
  choices: Choice<Value>[]
  onChoice: (value: Value) => void
}

export const select = <Value extends string>({ label, id, value, choices, onChoice }: SelectProps<Value>): Element => {
  const onInput = (event: Event): void => {
    const chosen = choices.find((one) => event.target instanceof HTMLSelectElement && one.value === event.target.value)
    if (chosen) onChoice(chosen.value)
  }
  return h(
    'select',
    { id, 'aria-label': label, value, key: label ?? id, onInput },
    ...choices.map((one) => h('option', { value: one.value, key: one.value, selected: one.value === value }, one.label))
  )
}
