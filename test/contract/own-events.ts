import { z } from 'zod'
import { faultsIn } from './own-contract'
import { conversation, id, message, metadata } from './own-shapes'

const eventConversation = conversation.pick({
  id: true,
  type: true,
  metadata: true,
  activeSwitchboardIntegration: true,
  pendingSwitchboardIntegration: true,
})
const failure = z.object({ code: z.string() })
/** Of a control event: what the caller of the operation gave. */
const given = { conversation: eventConversation, metadata: metadata.optional() }

/** What we read of the payload of each event that we ask for. */
const payloads: Partial<Record<string, z.ZodType>> = {
  'conversation:message': z.object({ conversation: eventConversation, message }),
  'conversation:message:delivery:failure': z.object({ conversation: eventConversation, error: failure }),
  'conversation:remove': z.object({ conversation: eventConversation.pick({ id: true }) }),
  'switchboard:acceptControl': z.object(given),
  'switchboard:passControl': z.object({ ...given, reason: z.string().optional() }),
  'switchboard:passControl:failure': z.object({ ...given, error: failure }),
  'switchboard:releaseControl': z.object({ ...given, reason: z.string().optional() }),
  'user:remove': z.object({ user: z.object({ id, externalId: z.string().max(1024).optional() }) }),
}
const envelope = z.object({ id, createdAt: z.iso.datetime(), type: z.string(), payload: z.unknown() })

/** What we could not read of an event; empty also for one of a kind that we do not ask for. */
export const eventViolations = (event: unknown): string[] => {
  const { data } = envelope.safeParse(event)
  if (!data) return faultsIn('event', envelope, event)
  return faultsIn(data.type, payloads[data.type] ?? z.unknown(), data.payload)
}
