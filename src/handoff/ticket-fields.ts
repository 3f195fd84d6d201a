import * as z from 'zod/mini'
import type { TicketFields } from '../botpress'
import { problem } from '../problems'

/** The Studio hands over an empty string for a field that was left empty. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

const text = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value).trim())
)
/** Zendesk's ids are whole numbers, too long for JSON's numbers to be relied on. */
const id = z.pipe(text, z.string().check(z.regex(/^\d{1,20}$/)))
const priority = z.pipe(
  z.pipe(
    text,
    z.transform((value) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase())
  ),
  z.enum(['Low', 'Normal', 'High', 'Urgent'])
)

/** Sunco takes 1,024 characters; the conversation's tag, which the customer speaks by, holds 500. */
const externalId = z.pipe(text, z.string().check(z.maxLength(500)))

const fields = {
  priority,
  requesterExternalId: externalId,
  originSourceType: text,
  /** What cannot be read counts as no language. */
  language: z.catch(text, ''),
  organizationId: id,
  brandId: id,
  groupId: id,
  assigneeId: id,
  tags: z.array(text),
  customTicketFields: z.array(z.object({ id, value: text })),
  additionalMetadata: z.array(z.object({ key: text, value: text })),
} satisfies Record<keyof TicketFields, z.ZodMiniType>

/**
 * The ticket fields as Zendesk can take them: ids as strings of digits, empty ones left out. Rejects with a
 * RuntimeError that names the field where a value cannot be taken; Agent Workspace would drop it without a word.
 */
export const checkTicketFields = (given: unknown): TicketFields => {
  if (isEmpty(given)) return {}
  if (typeof given !== 'object') throw problem('badTicketField', 'hitlSession')
  const present = Object.entries(given as Record<string, unknown>).filter(
    ([name, value]) => Object.hasOwn(fields, name) && !isEmpty(value)
  )
  const schema = z.partial(z.object(fields))
  const parsed = schema.safeParse(Object.fromEntries(present))
  if (parsed.success) return parsed.data
  throw problem('badTicketField', (parsed.error.issues[0]?.path ?? []).map(String).join('.'))
}
