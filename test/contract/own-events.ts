import { z } from 'zod'
import { faultsIn } from './own-contract'
import { conversation, id, message, metadata, type trigger } from './own-shapes'

const eventConversation = conversation.omit({ isDefault: true })
/** The code stands in the examples of the description alone. */
const failure = z.object({ code: z.string() })
/** Of a control event: what the caller of the operation gave. */
const given = { conversation: eventConversation, metadata: metadata.nullish() }
const reason = z.enum(['ticketClosed', 'transferToEmail']).optional()

/** What we read of the payload of each event that we ask for. */
const payloads: Record<z.infer<typeof trigger>, z.ZodType> = {
  'conversation:message': z.object({ conversation: eventConversation, message }),
  'conversation:message:delivery:failure': z.object({ conversation: eventConversation, error: failure }),
  'conversation:remove': z.object({ conversation: eventConversation.pick({ id: true }) }),
  'switchboard:acceptControl': z.object(given),
  'switchboard:passControl': z.object({ ...given, reason }),
  'switchboard:passControl:failure': z.object({ ...given, error: failure }),
  'switchboard:releaseControl': z.object({ ...given, reason }),
  'user:remove': z.object({ user: z.object({ id, externalId: z.string().max(1024).nullish() }) }),
}
const envelope = z.object({ id, createdAt: z.iso.datetime(), type: z.string(), payload: z.unknown() })

/** What we could not read of an event; empty also for one of a kind that we do not ask for. */
export const eventViolations = (event: unknown): string[] => {
  const { data } = envelope.safeParse(event)
  if (!data) return faultsIn('event', envelope, event)
  const [, payload = z.unknown()] = Object.entries(payloads).find(([type]) => type === data.type) ?? []
  return faultsIn(data.type, payload, data.payload)
}
