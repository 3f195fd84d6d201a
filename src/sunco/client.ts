import type * as z from 'zod/mini'
import { SuncoError } from './error'
import type { SuncoCall, SuncoFile, Transport } from './transport'
import {
  answers,
  type App,
  type Conversation,
  type Message,
  type MessagePost,
  type Metadata,
  type Profile,
  type SuncoIntegration,
  type Switchboard,
  type SwitchboardIntegration,
  type User,
  type Webhook,
} from './types'

const longestPage = 100
/** A list that never ends must not keep a handler busy for ever. */
const mostPages = 50

export type WebhookSettings = { target: string; triggers: readonly string[] }

/**
 * The operations of the Sunco API v2 that this integration needs, each one HTTP call (lists: one per page), returning
 * plain data. Every one rejects with {@link SuncoError}. Shapes and limits: Zendesk's OpenAPI description 17.12.
 */
export class SuncoClient {
  public constructor(
    private readonly transport: Transport,
    /** `Authorization` header for what is not the API: files that Zendesk keeps private. */
    public readonly authorization: () => Promise<string>
  ) {}

  public getApp(): Promise<App> {
    return this.call(answers.app, { operation: 'read app', method: 'GET', path: '' })
  }

  /** An external id is given once: a repetition is answered 409 instead of making a second user. */
  public createUser(body: { externalId: string; profile: Profile }): Promise<User> {
    return this.call(answers.user, { operation: 'create user', method: 'POST', path: '/users', body, repeatable: true })
  }

  /** @param userId Sunco id or external id */
  public getUser(userId: string): Promise<User> {
    return this.call(answers.user, {
      operation: 'read user',
      method: 'GET',
      path: '/users/{userId}',
      params: { userId },
    })
  }

  /** @param userId Sunco id or external id */
  public updateUser(userId: string, body: { profile: Profile }): Promise<User> {
    return this.call(answers.user, {
      operation: 'update user',
      method: 'PATCH',
      path: '/users/{userId}',
      params: { userId },
      body,
    })
  }

  /** A single attempt: see `makeOnce`. */
  public createConversation(userExternalId: string, metadata: Metadata): Promise<Conversation> {
    return this.call(answers.conversation, {
      operation: 'create conversation',
      method: 'POST',
      path: '/conversations',
      body: { type: 'personal', participants: [{ userExternalId }], metadata },
      single: true,
    })
  }

  public getConversation(conversationId: string): Promise<Conversation> {
    return this.call(answers.conversation, {
      operation: 'read conversation',
      method: 'GET',
      ...inConversation(conversationId, ''),
    })
  }

  /**
   * Whether metadata is merged or replaced is not documented: send all that is to stand there. Returns the conversation
   * where the answer holds it.
   */
  public updateConversation(conversationId: string, metadata: Metadata): Promise<Conversation | undefined> {
    return this.call(answers.changedConversation, {
      operation: 'update conversation',
      method: 'PATCH',
      ...inConversation(conversationId, ''),
      body: { metadata },
    })
  }

  public deleteConversation(conversationId: string): Promise<unknown> {
    return this.call(answers.nothing, {
      operation: 'delete conversation',
      method: 'DELETE',
      ...inConversation(conversationId, ''),
    })
  }

  public deleteMessages(conversationId: string): Promise<unknown> {
    return this.call(answers.nothing, {
      operation: 'delete messages',
      method: 'DELETE',
      ...inConversation(conversationId, '/messages'),
    })
  }

  public async listConversationsOf(userExternalId: string): Promise<Conversation[]> {
    return collect(async (after) => {
      const page = await this.call(answers.conversationPage, {
        operation: 'list conversations',
        method: 'GET',
        path: '/conversations',
        query: {
          'filter[userExternalId]': userExternalId,
          'page[size]': longestPage,
          ...(after && { 'page[after]': after }),
        },
      })
      return { items: page.conversations, meta: page.meta }
    })
  }

  /** Returns what was posted: one message as a rule; the answer is a list. A single attempt: see `makeOnce`. */
  public postMessage(conversationId: string, body: MessagePost): Promise<Message[]> {
    return this.call(answers.messages, {
      operation: 'post message',
      method: 'POST',
      ...inConversation(conversationId, '/messages'),
      body,
      single: true,
    })
  }

  /** The newest hundred messages, which is the page that the API returns first. */
  public listNewestMessages(conversationId: string): Promise<Message[]> {
    return this.call(answers.messages, {
      operation: 'list messages',
      method: 'GET',
      ...inConversation(conversationId, '/messages'),
    })
  }

  /** @param switchboardIntegration id of the new holder; `next` depends on who holds control and is not used */
  public passControl(conversationId: string, switchboardIntegration: string, metadata?: Metadata): Promise<void> {
    return this.control(conversationId, 'passControl', { switchboardIntegration, metadata })
  }

  public offerControl(conversationId: string, switchboardIntegration: string): Promise<void> {
    return this.control(conversationId, 'offerControl', { switchboardIntegration })
  }

  public releaseControl(conversationId: string, metadata?: Metadata): Promise<void> {
    return this.control(conversationId, 'releaseControl', { metadata })
  }

  public async listCustomIntegrations(): Promise<SuncoIntegration[]> {
    return collect(async (after) => {
      const page = await this.call(answers.integrationPage, {
        operation: 'list integrations',
        method: 'GET',
        path: '/integrations',
        query: { 'filter[types]': 'custom', 'page[size]': longestPage, ...(after && { 'page[after]': after }) },
      })
      return { items: page.integrations, meta: page.meta }
    })
  }

  /** A custom integration is created with exactly one webhook. @param displayName at most 100 characters */
  public createCustomIntegration(
    displayName: string,
    webhook: WebhookSettings
  ): Promise<z.output<typeof answers.integration>> {
    return this.call(answers.integration, {
      operation: 'create integration',
      method: 'POST',
      path: '/integrations',
      body: { type: 'custom', displayName, webhooks: [webhook] },
    })
  }

  public deleteIntegration(integrationId: string): Promise<unknown> {
    return this.call(answers.nothing, {
      operation: 'delete integration',
      method: 'DELETE',
      path: '/integrations/{integrationId}',
      params: { integrationId },
    })
  }

  public listWebhooks(integrationId: string): Promise<Webhook[]> {
    return this.call(answers.webhooks, {
      operation: 'list webhooks',
      method: 'GET',
      path: '/integrations/{integrationId}/webhooks',
      params: { integrationId },
    })
  }

  public createWebhook(integrationId: string, body: WebhookSettings): Promise<Webhook> {
    return this.call(answers.webhook, {
      operation: 'create webhook',
      method: 'POST',
      path: '/integrations/{integrationId}/webhooks',
      params: { integrationId },
      body,
    })
  }

  public updateWebhook(integrationId: string, webhookId: string, body: WebhookSettings): Promise<Webhook> {
    return this.call(answers.webhook, {
      operation: 'update webhook',
      method: 'PATCH',
      path: '/integrations/{integrationId}/webhooks/{webhookId}',
      params: { integrationId, webhookId },
      body,
    })
  }

  public deleteWebhook(integrationId: string, webhookId: string): Promise<unknown> {
    return this.call(answers.nothing, {
      operation: 'delete webhook',
      method: 'DELETE',
      path: '/integrations/{integrationId}/webhooks/{webhookId}',
      params: { integrationId, webhookId },
    })
  }

  public listSwitchboards(): Promise<Switchboard[]> {
    return this.call(answers.switchboards, { operation: 'list switchboards', method: 'GET', path: '/switchboards' })
  }

  public listSwitchboardIntegrations(switchboardId: string): Promise<SwitchboardIntegration[]> {
    return this.call(answers.switchboardIntegrations, {
      operation: 'list switchboard integrations',
      method: 'GET',
      path: '/switchboards/{switchboardId}/switchboardIntegrations',
      params: { switchboardId },
    })
  }

  /** @param body.name at most 128 of letters, digits, `-` and `_` */
  public createSwitchboardIntegration(
    switchboardId: string,
    body: { name: string; integrationId: string }
  ): Promise<SwitchboardIntegration> {
    return this.call(answers.switchboardIntegration, {
      operation: 'create switchboard integration',
      method: 'POST',
      path: '/switchboards/{switchboardId}/switchboardIntegrations',
      params: { switchboardId },
      // The default, true, would bring every conversation of the account to our webhook.
      body: { ...body, deliverStandbyEvents: false },
    })
  }

  /**
   * @param change `deliverStandbyEvents: false` stops events of conversations that we neither hold nor were offered
   */
  public updateSwitchboardIntegration(
    switchboardId: string,
    switchboardIntegrationId: string,
    change: { name?: string; integrationId?: string; deliverStandbyEvents?: false }
  ): Promise<SwitchboardIntegration> {
    return this.call(answers.switchboardIntegration, {
      operation: 'update switchboard integration',
      method: 'PATCH',
      path: '/switchboards/{switchboardId}/switchboardIntegrations/{switchboardIntegrationId}',
      params: { switchboardId, switchboardIntegrationId },
      body: change,
    })
  }

  public deleteSwitchboardIntegration(switchboardId: string, switchboardIntegrationId: string): Promise<unknown> {
    return this.call(answers.nothing, {
      operation: 'delete switchboard integration',
      method: 'DELETE',
      path: '/switchboards/{switchboardId}/switchboardIntegrations/{switchboardIntegrationId}',
      params: { switchboardId, switchboardIntegrationId },
    })
  }

  /** Uploads into a conversation, at most 50 MB; returns the URL that a message of that conversation may point to. */
  public uploadAttachment(conversationId: string, file: SuncoFile): Promise<string> {
    return this.call(answers.attachment, {
      operation: 'upload attachment',
      method: 'POST',
      path: '/attachments',
      query: { access: 'public', for: 'message', conversationId },
      file,
      repeatable: true,
    })
  }

  private async call<T extends z.ZodMiniType>(answer: T, request: SuncoCall): Promise<z.output<T>> {
    const parsed = answer.safeParse(await this.transport(request))
    if (parsed.success) return parsed.data
    throw new SuncoError({ operation: request.operation, fate: 'unknown', status: 200, code: 'unexpected_answer' })
  }

  private async control(
    conversationId: string,
    verb: 'passControl' | 'offerControl' | 'releaseControl',
    body: { switchboardIntegration?: string; metadata?: Metadata }
  ): Promise<void> {
    // Repeating is safe: passControl to a target given by id is documented as idempotent, a repeated offer names the
    // same target again, and a released conversation has no holder left to release.
    const request = inConversation(conversationId, `/${verb}`)
    await this.call(answers.nothing, { operation: verb, method: 'POST', ...request, body, repeatable: true })
  }
}

const inConversation = (conversationId: string, action: string): Pick<SuncoCall, 'path' | 'params'> => ({
  path: `/conversations/{conversationId}${action}`,
  params: { conversationId },
})

type Page<T> = { items: T[]; meta?: { hasMore?: boolean | null; afterCursor?: string | null } | null }

const collect = async <T>(readPage: (after?: string) => Promise<Page<T>>): Promise<T[]> => {
  const all: T[] = []
  let after: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const { items, meta } = await readPage(after)
    all.push(...items)
    if (!meta?.hasMore || !meta.afterCursor) break
    after = meta.afterCursor
  }
  return all
}
