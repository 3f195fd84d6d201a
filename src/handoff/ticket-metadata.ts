import type { TicketFields } from '../botpress'
import { limits, type Metadata } from '../sunco/types'
import { shorten } from '../text/split'
import type { Customer } from './customer'

const systemField = (name: string): string => `dataCapture.systemField.${name}`

export type TicketInput = {
  customer: Pick<Customer, 'name' | 'email'>
  fields: TicketFields
  /** Sunco id of the first message that the ticket shall show; the default is the last ten. */
  firstMessageId: string
  /** Our own mark; goes first and is never dropped. */
  mark: Metadata
}

type TicketMetadata = {
  metadata: Metadata
  /** Names of what did not fit into 4 KB. */
  dropped: string[]
}

type Entry = [key: string, value: string | number | boolean | undefined]

/** Beyond this, tags are left out, last ones first: they must not crowd out everything else. */
const longestTagList = 1024

/** Commas separate tags, so that none may hold one; Zendesk's tags have no blanks. */
const toTagList = (tags: string[] | undefined): string | undefined => {
  const clean = (tags ?? []).map((tag) => tag.trim().replace(/[\s,]+/g, '_')).filter(Boolean)
  const kept = [...new Set(clean)]
  while (kept.join(',').length > longestTagList) kept.pop()
  return kept.join(',') || undefined
}

/** What the ticket cannot do without, most important first. */
const mainEntries = ({ customer, fields, firstMessageId, mark }: TicketInput): Entry[] => [
  ...Object.entries(mark),
  ['first_message_id', firstMessageId],
  [systemField('requester.name'), customer.name && shorten(customer.name, limits.name)],
  [systemField('requester.email'), customer.email],
  [systemField('brand_id'), fields.brandId],
  [systemField('group_id'), fields.groupId],
  [systemField('assignee_id'), fields.assigneeId],
  [systemField('organization_id'), fields.organizationId],
  [systemField('priority'), fields.priority?.toLowerCase()],
  ['origin_source_type', fields.originSourceType],
  [systemField('tags'), toTagList(fields.tags)],
]

/** What goes first when space runs out, last one first. */
const furtherEntries = ({ fields }: TicketInput): Entry[] => [
  ...(fields.customTicketFields ?? []).map(({ id, value }): Entry => [`dataCapture.ticketField.${id}`, value]),
  ...(fields.additionalMetadata ?? []).map(({ key, value }): Entry => [isSystemKey(key) ? '' : key, value]),
]

/** Keys with a meaning to Agent Workspace or to us: additional metadata must not set them, be they unset otherwise. */
const isSystemKey = (key: string): boolean =>
  /^(dataCapture\.|botpress)/.test(key) || ['first_message_id', 'last_message_id', 'origin_source_type'].includes(key)

/**
 * Metadata of the passControl that opens the ticket: flat, at most 4 KB of JSON. Requester and routing fields go first;
 * what does not fit is dropped from the end. A key that is set already is never overwritten by a later one.
 */
export const toTicketMetadata = (input: TicketInput): TicketMetadata => {
  const metadata = new Map<string, string | number | boolean>()
  const dropped: string[] = []
  let size = '{}'.length
  /** Returns whether the entry fitted. */
  const add = ([key, value]: Entry): boolean => {
    if (value === undefined || value === '' || key === '' || metadata.has(key)) return true
    const cost = Buffer.byteLength(JSON.stringify({ [key]: value })) - 1
    if (size + cost > limits.metadataBytes) {
      dropped.push(key)
      return false
    }
    size += cost
    metadata.set(key, value)
    return true
  }
  for (const entry of mainEntries(input)) add(entry)
  let isFull = false
  for (const entry of furtherEntries(input)) {
    const [key] = entry
    if (!isFull) isFull = !add(entry)
    else if (key) dropped.push(key)
  }
  return { metadata: Object.fromEntries(metadata), dropped }
}
