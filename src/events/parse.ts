import * as z from 'zod/mini'
import { lenient } from './lenient'

const text = z.string()
/** Sunco's have 24 characters; what is longer did not come from Sunco. */
const id = z.string().check(z.minLength(1), z.maxLength(128))
const metadata = z.catch(z.nullish(z.record(z.string(), z.unknown())), undefined)

const switchboardPlace = lenient(z.object({ id: lenient(id), integrationType: lenient(text) }))

const conversation = z.object({
  id,
  metadata,
  activeSwitchboardIntegration: z.nullish(switchboardPlace),
  pendingSwitchboardIntegration: z.nullish(switchboardPlace),
})

const message = z.object({
  id,
  received: lenient(text),
  deleted: z.nullish(lenient(z.boolean())),
  author: z.object({
    type: text,
    displayName: lenient(text),
    avatarUrl: lenient(text),
    subtypes: lenient(z.array(text)),
  }),
  content: z.looseObject({ type: text }),
  source: lenient(z.object({ type: lenient(text) })),
  metadata,
  activity: lenient(z.object({ type: text })),
})

const envelope = z.object({ id: lenient(id), type: text, createdAt: lenient(text), payload: z.unknown() })
const body = z.object({ events: z.array(z.unknown()) })

const payloads = {
  'conversation:message': z.object({ conversation, message }),
  'conversation:message:delivery:failure': z.object({
    conversation,
    error: lenient(z.object({ code: lenient(text) })),
  }),
  'conversation:remove': z.object({ conversation }),
  'switchboard:acceptControl': z.object({ conversation, metadata }),
  'switchboard:passControl': z.object({
    conversation,
    metadata,
    reason: lenient(text),
  }),
  'switchboard:passControl:failure': z.object({
    conversation,
    metadata,
    error: lenient(z.object({ code: lenient(text) })),
  }),
  'switchboard:releaseControl': z.object({
    conversation,
    metadata,
    reason: lenient(text),
  }),
  'user:remove': z.object({ user: z.object({ id, externalId: z.nullish(lenient(id)) }) }),
} as const

type Kind = keyof typeof payloads

/** A webhook event of a kind that is handled, with what is used of its payload. */
export type SuncoEvent = {
  [K in Kind]: { id?: string; createdAt?: string; type: K; payload: z.output<(typeof payloads)[K]> }
}[Kind]

export type WebhookMessage = z.output<typeof message>
export type WebhookConversation = z.output<typeof conversation>

type Batch = {
  /** In the order in which they happened, where they say when. */
  events: SuncoEvent[]
  /** Events of our kinds whose payload cannot be understood. */
  broken: number
}

/** A message as webhook events and the list of messages have it, or undefined for something else. */
export const parseMessage = (candidate: unknown): WebhookMessage | undefined => message.safeParse(candidate).data

/** What tells when a message was said, be the rest of it read or not. */
type Said = { id: string; received?: unknown }

/** The order in which messages were said; the id decides within a millisecond, so that every process sees the same. */
export const bySaid = (a: Said, b: Said): number =>
  (a.received === b.received ? 0 : saidAt(a) - saidAt(b)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The one that was said first. */
export const firstSaid = <T extends Said>(messages: readonly T[]): T | undefined =>
  messages.reduce<T | undefined>(
    (first, message) => (first && bySaid(first, message) <= 0 ? first : message),
    undefined
  )

/** When a message was said, by Sunco's clock, in milliseconds since 1970; 0 where it does not say. */
export const saidAt = ({ received }: Said): number => (typeof received === 'string' && Date.parse(received)) || 0

const isKind = (type: string): type is Kind => Object.hasOwn(payloads, type)

const parseEvent = (candidate: unknown): SuncoEvent | 'broken' | 'ignored' => {
  const event = envelope.safeParse(candidate)
  if (!event.success) return 'broken'
  const { id, type, createdAt, payload } = event.data
  if (!isKind(type)) return 'ignored'
  const parsed = payloads[type].safeParse(payload)
  // One lookup for type and payload: TypeScript cannot see that they belong together.
  return parsed.success ? ({ id, type, createdAt, payload: parsed.data } as SuncoEvent) : 'broken'
}

/**
 * Reads a webhook request's body: `{ app, webhook, events: [{ id, type, createdAt, payload }] }`. Events of other kinds
 * are left out, broken ones counted; undefined stands for a body that is no such thing at all.
 */
export const parseBatch = (rawBody: string | undefined): Batch | undefined => {
  let json: unknown
  try {
    json = JSON.parse(rawBody ?? '')
  } catch {
    return undefined
  }
  const parsed = body.safeParse(json)
  if (!parsed.success) return undefined
  const results = parsed.data.events.map(parseEvent)
  const events = results.filter((result): result is SuncoEvent => typeof result === 'object')
  return {
    events: events.sort((a, b) => timeOf(a) - timeOf(b) || rankOf(a) - rankOf(b)),
    broken: results.filter((result) => result === 'broken').length,
  }
}

/** Sunco documents no order within a batch. A message counts from when Sunco received it, which is when it was said. */
const timeOf = (event: SuncoEvent): number => {
  const said = event.type === 'conversation:message' ? event.payload.message.received : undefined
  const time = Date.parse(said ?? event.createdAt ?? '')
  return Number.isNaN(time) ? 0 : time
}

/** At the same millisecond, what was said goes before what ends the session. */
const rankOf = ({ type }: SuncoEvent): number => (type === 'conversation:message' ? 0 : 1)
