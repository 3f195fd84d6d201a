import type { CustomerView, TicketView } from '../view'

/** What the person at the page has chosen. */
export type Chosen = {
  customerId?: string
  /** A ticket that was chosen by hand, and the newest one of the customer at that time. */
  ticket?: { id: number; newestThen?: number }
}

export const newestOf = (tickets: TicketView[], customer: CustomerView | undefined): TicketView | undefined =>
  tickets.findLast(({ requester }) => requester.email === customer?.email)

/** The customer's own, with each new one as it opens, unless another one was chosen by hand since. */
export const ticketOnShow = (
  tickets: TicketView[],
  customer: CustomerView | undefined,
  { ticket }: Chosen
): TicketView | undefined => {
  const newest = newestOf(tickets, customer)
  return ticket && ticket.newestThen === newest?.id ? tickets.find(({ id }) => id === ticket.id) : newest
}
