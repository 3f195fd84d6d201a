import * as z from 'zod/mini'

/** Type of Agent Workspace in every account's switchboard, and the source of all that comes from it. */
export const agentWorkspaceType = 'zd:agentWorkspace'

/** Flat, at most 4 KB in all (Sunco refuses more with 400). */
export type Metadata = Record<string, string | number | boolean>

const text = z.string()
/** An answer that holds one thing: that thing. */
const only = <K extends string, T extends z.ZodMiniType>(key: K, shape: T) =>
  z.pipe(
    z.object({ [key]: shape } as Record<K, T>),
    z.transform((answer) => (answer as Record<K, z.output<T>>)[key])
  )

const app = z.object({
  id: text,
  subdomain: z.nullish(text),
  settings: z.nullish(z.object({ multiConvoEnabled: z.nullish(z.boolean()) })),
})
/** @property zendeskId the user in Zendesk Support, once the two are linked */
const user = z.object({
  id: text,
  zendeskId: z.nullish(text),
  profile: z.nullish(z.object({ givenName: z.nullish(text) })),
})
const conversation = z.object({
  id: text,
  isDefault: z.nullish(z.boolean()),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  /** Who holds control; left out where nobody does. */
  activeSwitchboardIntegration: z.nullish(z.object({ id: text, integrationType: z.optional(text) })),
  /** Who was offered control and hears of the conversation; left out where nobody was. */
  pendingSwitchboardIntegration: z.nullish(z.object({ id: text })),
})
type Found = Record<string, unknown>
const isFound = (value: unknown): value is Found => typeof value === 'object' && value !== null
/** Kept whole, and read no further: the few that Botpress lacks are read by the same schema as a webhook's message. */
export type Message = { id: string; metadata?: Found | null }
const isMessage = (value: unknown): value is Message =>
  isFound(value) && typeof value.id === 'string' && (isFound(value.metadata) || value.metadata == null)
/** Checked in one step, since a page has a hundred of them and is read with every message. */
const messages = z.custom<Message[]>((value) => Array.isArray(value) && value.every(isMessage))
const integration = z.object({ id: text, displayName: z.nullish(text) })
const webhook = z.object({
  id: text,
  target: text,
  triggers: z.array(text),
  secret: z.optional(text),
})
const switchboard = z.object({ id: text, enabled: z.boolean() })
const switchboardIntegration = z.object({
  id: text,
  name: text,
  integrationId: z.nullish(text),
  integrationType: z.nullish(text),
  deliverStandbyEvents: z.nullish(z.boolean()),
})
const meta = z.nullish(z.object({ hasMore: z.nullish(z.boolean()), afterCursor: z.nullish(text) }))

export type App = z.infer<typeof app>
export type User = z.infer<typeof user>
export type Conversation = z.infer<typeof conversation>
export type SuncoIntegration = z.infer<typeof integration>
export type Webhook = z.infer<typeof webhook>
export type Switchboard = z.infer<typeof switchboard>
export type SwitchboardIntegration = z.infer<typeof switchboardIntegration>

/** The fields of Sunco's answers that are used here; everything else is dropped on reading. */
export const answers = {
  app: only('app', app),
  user: only('user', user),
  conversation: only('conversation', conversation),
  /** What is answered to a change is good to know and no reason to call it failed. */
  changedConversation: z.catch(z.optional(only('conversation', conversation)), undefined),
  messages: only('messages', messages),
  integration: only('integration', z.extend(integration, { webhooks: z.optional(z.array(webhook)) })),
  webhook: only('webhook', webhook),
  webhooks: only('webhooks', z.array(webhook)),
  switchboards: only('switchboards', z.array(switchboard)),
  switchboardIntegration: only('switchboardIntegration', switchboardIntegration),
  switchboardIntegrations: only('switchboardIntegrations', z.array(switchboardIntegration)),
  /** The URL of the file. */
  attachment: only('attachment', only('mediaUrl', text)),
  conversationPage: z.object({ conversations: z.array(conversation), meta }),
  integrationPage: z.object({ integrations: z.array(integration), meta }),
  nothing: z.unknown(),
}

/** `givenName` and `email` hold 1 to 128 characters; an empty string is refused. */
export type Profile = { givenName?: string; email?: string; avatarUrl?: string }

/** The customer is named by the external id that they were made with. */
export type Author = { type: 'business' } | { type: 'user'; userExternalId: string }

/** `text` and `markdownText` hold 4096 characters at most, `altText` 128. */
export type Content =
  | { type: 'text'; text: string }
  | { type: 'text'; markdownText: string }
  | { type: 'image' | 'file'; mediaUrl: string; altText?: string; text?: string }
  | { type: 'location'; coordinates: { lat: number; long: number }; location?: { address?: string; name?: string } }

export type MessagePost = { author: Author; content: Content; metadata?: Metadata }

/** Limits that Sunco publishes, in characters unless named otherwise. */
export const limits = { text: 4096, name: 128, altText: 128, metadataBytes: 4096, url: 2048 } as const
