import { agentWorkspace, type AgentWorkspace } from './agent-workspace'
import { removeConversation } from './conversations'
import type { Courier, RawEvent } from './deliveries'
import { findConversation, findUser } from './lookup'
import { newId, newSecret, type AppState, type Key, type KeyScope, type World } from './state'
import type { Turned } from './turned'
import { removeUser } from './users'

export type AppOptions = {
  appId?: string
  /** null: the app's answer names none, as before February 2026. */
  subdomain?: string | null
  multiConvoEnabled?: boolean
  switchboard?: boolean
  switchboardEnabled?: boolean
  agentWorkspace?: boolean
  defaultIntegration?: 'zd:agentWorkspace' | 'zd:answerBot'
  privateAttachments?: boolean
  /** Messages per conversation; Sunco documents 30,000. */
  messageLimit?: number
  /** Whether a change of a conversation's metadata keeps the keys that it does not name; not documented. */
  metadataPatch?: AppState['metadataPatch']
  /** For how long after a change of control conversations are shown as they were, in milliseconds. */
  controlLagMs?: number
  /** What is other than the integration infers. */
  turned?: readonly Turned[]
}

/** The maps are live: a test plays the admin by changing or deleting what is in them. */
export type SuncoApp = AppState &
  AgentWorkspace & {
    /** A key of the app's own scope. */
    keyId: string
    keySecret: string
    /** An integration key belongs to `integrationId`, or to the first custom integration. */
    addKey: (scope: KeyScope, integrationId?: string) => { keyId: string; keySecret: string }
    /** Custom integrations of other vendors, without webhooks so that the limit of 10 is left alone. */
    addOtherIntegrations: (count: number) => void
    /** Gives every webhook of the integration the same new secret. */
    rotateWebhookSecret: (integrationId: string) => string
    /** As an admin or another client would, so the default conversation too. */
    removeConversation: (conversationId: string) => void
    removeUser: (idOrExternalId: string) => void
    /**
     * Delivers raw events in one batch to every webhook, whatever its triggers or place on the switchboard.
     * Resolves when each is delivered or given up.
     */
    emit: (events: RawEvent[]) => Promise<void>
  }

const addSwitchboard = (app: AppState, options: AppOptions): void => {
  const { switchboardEnabled = true, agentWorkspace: withAgents = true } = options
  const { defaultIntegration = withAgents ? 'zd:agentWorkspace' : 'zd:answerBot' } = options
  const switchboardId = newId()
  const seat = (name: string, integrationType: string): string => {
    const id = newId()
    const link = { integrationId: newId(), integrationType, deliverStandbyEvents: false }
    app.switchboardIntegrations.set(id, { id, switchboardId, name, ...link })
    return id
  }
  const bot = seat('zd-answerBot', 'zd:answerBot')
  const agents = withAgents ? seat('zd-agentWorkspace', 'zd:agentWorkspace') : bot
  app.switchboards.set(switchboardId, {
    id: switchboardId,
    enabled: switchboardEnabled,
    defaultSwitchboardIntegrationId: defaultIntegration === 'zd:answerBot' ? bot : agents,
  })
}

const addKeyTo = (world: World, app: AppState, scope: KeyScope, integrationId?: string): Key => {
  const prefix = scope === 'app' ? 'app' : 'int'
  const owner = scope === 'app' ? undefined : (integrationId ?? [...app.integrations.keys()][0])
  if (scope === 'integration' && owner === undefined) throw new Error('an integration key needs an integration')
  const key = { keyId: `${prefix}_${newId()}`, keySecret: newSecret(), appId: app.appId, scope, integrationId: owner }
  world.keys.set(key.keyId, key)
  return key
}

export const createApp = (world: World, courier: Courier, options: AppOptions): SuncoApp => {
  const { appId = newId(), subdomain = 'sandbox', switchboard = true } = options
  if (world.apps.has(appId)) throw new Error(`app ${appId} exists already`)
  const state: AppState = {
    appId,
    subdomain: subdomain ?? undefined,
    multiConvoEnabled: options.multiConvoEnabled ?? true,
    privateAttachments: options.privateAttachments ?? false,
    messageLimit: options.messageLimit ?? 30_000,
    metadataPatch: options.metadataPatch ?? 'merge',
    controlLagMs: options.controlLagMs ?? 0,
    turned: new Set(options.turned),
    users: new Map(),
    conversations: new Map(),
    integrations: new Map(),
    switchboards: new Map(),
    switchboardIntegrations: new Map(),
    attachments: new Map(),
    tickets: [],
    events: [],
    deliveries: [],
  }
  if (switchboard) addSwitchboard(state, options)
  const { keyId, keySecret } = addKeyTo(world, state, 'app')
  // One object for the API and for tests, so that what a test sets is what the API serves.
  const app: SuncoApp = Object.assign(state, agentWorkspace(world, state), {
    keyId,
    keySecret,
    addKey: (scope: KeyScope, integrationId?: string) => {
      const key = addKeyTo(world, state, scope, integrationId)
      return { keyId: key.keyId, keySecret: key.keySecret }
    },
    addOtherIntegrations: (count: number) => {
      for (let number = 1; number <= count; number += 1) {
        const id = newId()
        state.integrations.set(id, {
          id,
          type: 'custom',
          status: 'active',
          displayName: `Other ${number}`,
          webhooks: [],
        })
      }
    },
    rotateWebhookSecret: (integrationId: string) => {
      const secret = newSecret()
      for (const webhook of state.integrations.get(integrationId)?.webhooks ?? []) webhook.secret = secret
      return secret
    },
    removeConversation: (id: string) => removeConversation(world, state, findConversation(state, id)),
    removeUser: (id: string) => removeUser(world, state, findUser(state, id)),
    emit: (events: RawEvent[]) => courier.emitRaw(state, events),
  })
  world.apps.set(appId, app)
  return app
}
