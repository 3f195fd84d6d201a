import { z } from 'zod'

/** Shapes of Sunshine Conversations that operations and events have in common; see `own-contract.ts`. */

/** "Flat object containing custom properties"; 4 KB in all. */
export const metadata = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= 4096, 'metadata is larger than 4 KB')
/** Sunco's have 24 characters. */
export const id = z.string().min(1).max(128)
/** 1 to 128 characters, null clears; an empty string is refused. */
const name = z.string().min(1).max(128).nullable()
export const uri = z.url({ protocol: /^https?$/ }).max(2048)
const text = z.string().min(1).max(4096)
export const nothing = z.object({})

export const profile = z.strictObject({
  givenName: name.optional(),
  surname: name.optional(),
  email: z.email().max(128).nullable().optional(),
  avatarUrl: uri.nullable().optional(),
})

/**
 * A user is named by `userId` or `userExternalId`, never both; what a business message says of its author is optional.
 */
export const author = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('business'), displayName: z.string().optional() }),
  z.strictObject({ type: z.literal('user'), userExternalId: z.string().min(1).max(1024) }),
])

/** `altText` holds 128 characters. `markdownText` excludes `htmlText`, which we never send. */
const media = { mediaUrl: uri, altText: z.string().max(128).optional(), text: text.optional() }
export const content = z.union([
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('text'), markdownText: text }),
  z.strictObject({ type: z.literal('image'), ...media }),
  z.strictObject({ type: z.literal('file'), ...media }),
  z.strictObject({
    type: z.literal('location'),
    coordinates: z.strictObject({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }),
    location: z.strictObject({ address: z.string().optional(), name: z.string().optional() }).optional(),
  }),
])

/** Who holds control. */
const place = z.object({ id, integrationType: z.string() })
export const conversation = z.object({
  id,
  type: z.enum(['personal', 'sdkGroup']),
  metadata: metadata.nullish(),
  activeSwitchboardIntegration: place.nullish(),
  pendingSwitchboardIntegration: place.nullish(),
  isDefault: z.boolean(),
})
export const message = z.object({
  id,
  received: z.iso.datetime(),
  deleted: z.boolean().nullish(),
  author: z.object({
    type: z.enum(['user', 'business']),
    displayName: z.string().optional(),
    avatarUrl: z.string().optional(),
    subtypes: z.array(z.enum(['AI', 'agent', 'bot', 'activity'])).optional(),
  }),
  content: z.looseObject({ type: z.string() }),
  source: z.object({ type: z.string() }),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  activity: z.object({ type: z.string() }).optional(),
})

/** Those that we ask for. The names are case-sensitive. */
export const trigger = z.enum([
  'conversation:message',
  'conversation:message:delivery:failure',
  'conversation:remove',
  'switchboard:acceptControl',
  'switchboard:passControl',
  'switchboard:passControl:failure',
  'switchboard:releaseControl',
  'user:remove',
])
export const webhookSettings = z.strictObject({ target: uri, triggers: z.array(trigger).min(1) })
/** The secret is part of the answer to an app-scoped key only. */
export const webhook = z.object({ id, target: z.string(), triggers: z.array(z.string()), secret: z.string().min(1) })
export const integration = z.object({ id, type: z.literal('custom'), displayName: z.string().nullish() })
export const switchboardIntegration = z.object({
  id,
  name: z.string(),
  integrationId: z.string(),
  integrationType: z.string(),
  deliverStandbyEvents: z.boolean(),
})
/** A name of the switchboard holds at most 128 of letters, digits, `-` and `_`. */
export const placeName = z.string().regex(/^[\w-]{1,128}$/)
export const meta = z.object({ hasMore: z.boolean().optional(), afterCursor: z.string().optional() }).optional()
/** Cursor pages hold 1 to 100 items. */
export const page = { 'page[size]': z.coerce.number().int().min(1).max(100), 'page[after]': z.string().optional() }
