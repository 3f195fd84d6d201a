import type { CustomerView, Party, WireEntry, WireItem } from '../view'

export type WireFilter = {
  customerId?: string
  party?: Party
  errorsOnly: boolean
  /** What began before is not shown. */
  clearedAt: number
}

export const ALL: WireFilter = { errorsOnly: false, clearedAt: 0 }

const texts = new WeakMap<WireEntry, string>()

const textOf = (entry: WireEntry): string => {
  const known = texts.get(entry)
  if (known !== undefined) return known
  const text = `${entry.path} ${JSON.stringify([entry.request.body, entry.answer?.body])}`
  texts.set(entry, text)
  return text
}

export const isFailed = ({ answer }: WireEntry): boolean =>
  answer !== undefined && (answer.status === 0 || answer.status >= 400)

/** @param customers the one of the filter is among them */
export const filterWires = (wires: WireItem[], filter: WireFilter, customers: CustomerView[]): WireItem[] => {
  const { customerId, party, errorsOnly, clearedAt } = filter
  const traces = customers.find(({ id }) => id === customerId)?.traces
  const isWanted = (entry: WireEntry): boolean =>
    (!party || entry.from === party || entry.to === party) &&
    (!errorsOnly || isFailed(entry)) &&
    (!traces || traces.some((trace) => textOf(entry).includes(trace)))
  return wires.filter((item) => {
    if (item.at < clearedAt) return false
    if (!('mark' in item)) return isWanted(item)
    // Functions belong to the integration, and to no customer.
    return !traces && (!party || party === 'Integration') && (!errorsOnly || item.mark === 'died')
  })
}
