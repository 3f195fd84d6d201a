import http from 'node:http'
import { Integration } from '@botpress/sdk'

/**
 * The least that can bring an agent's message to Botpress in the way that is measured: it reads the body and makes the
 * same three calls, with nothing checked, decided or repeated. What an integration costs beyond it is its own doing.
 */

type Event = {
  payload: {
    conversation: { id: string; metadata: Record<string, string> }
    message: { id: string; content: { text: string } }
  }
}
type Page = { messages: { id: string; received: string }[] }

const agent = new http.Agent({ keepAlive: true })

const getJson = (url: string, authorization: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers: { authorization } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Page))
      })
      .on('error', reject)
  })

const integration = new Integration({
  register: async () => undefined,
  unregister: async () => undefined,
  handler: async ({ req, client }) => {
    const body = JSON.parse(req.body ?? '') as { app: { id: string }; events: Event[] }
    for (const { payload } of body.events) {
      const { conversation, message } = payload
      const [conversationId = ''] = (conversation.metadata.botpressHitlNote ?? '').split(':')
      const messages = `${process.env.SUNCO_API_URL}/v2/apps/${body.app.id}/conversations/${conversation.id}/messages`
      const [listed, there] = await Promise.all([
        getJson(messages, process.env.SUNCO_AUTHORIZATION ?? ''),
        client.listMessages({ conversationId, tags: { from: 'zendesk' } }),
      ])
      const [last] = there.messages
      if (!last || listed.messages.length === 0) return { status: 503 }
      await client.getOrCreateMessage({
        conversationId,
        userId: last.userId,
        type: 'text',
        payload: { text: message.content.text },
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
