import http from 'node:http'
import { Integration } from '@botpress/sdk'
import ApiClient from 'sunshine-conversations-client/dist/sunshine-conversations-client/ApiClient'

/**
 * The least that can bring an agent's message to Botpress in the way that is measured: it reads the body and makes the
 * same three calls with the same two libraries, with nothing checked, decided or repeated. What an integration costs
 * beyond it is its own doing.
 */

type Event = {
  payload: {
    conversation: { id: string; metadata: Record<string, string> }
    message: { id: string; content: { text: string } }
  }
}
type Page = { messages: { id: string; received: string }[] }

const agent = new http.Agent({ keepAlive: true })

const listMessages = async (appId: string, conversationId: string): Promise<Page> => {
  const api = new ApiClient()
  api.basePath = process.env.SUNCO_API_URL ?? ''
  api.authentications.bearerAuth.accessToken = () => process.env.SUNCO_TOKEN ?? ''
  api.requestAgent = agent
  const path = '/v2/apps/{appId}/conversations/{conversationId}/messages'
  const params = { appId, conversationId }
  const { response } = await api.callApi(
    path,
    'GET',
    params,
    {},
    {},
    {},
    null,
    ['bearerAuth'],
    [],
    ['application/json'],
    null
  )
  return response.body as Page
}

const integration = new Integration({
  register: async () => undefined,
  unregister: async () => undefined,
  handler: async ({ req, client }) => {
    const body = JSON.parse(req.body ?? '') as { app: { id: string }; events: Event[] }
    for (const { payload } of body.events) {
      const { conversation, message } = payload
      const [conversationId = ''] = (conversation.metadata.botpressHitlNote ?? '').split(':')
      const [listed, there] = await Promise.all([
        listMessages(body.app.id, conversation.id),
        client.listMessages({ conversationId, tags: { from: 'zendesk' } }),
      ])
      const [last] = there.messages
      if (!last || listed.messages.length === 0) return { status: 503 }
      await client.getOrCreateMessage({
        conversationId,
        userId: last.userId,
        type: 'text',
        payload: { ...last.payload, text: message.content.text },
        tags: { ...last.tags, id: message.id },
        discriminateByTags: ['id'],
      })
    }
    return { status: 200 }
  },
  actions: {},
  channels: {},
})

export default integration

export const handler = integration.handler
