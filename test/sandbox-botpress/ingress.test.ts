import { RuntimeError } from '@botpress/client'
import type { Request } from '@botpress/sdk'
import { describe, expect, it } from 'vitest'
import { ActionFailed, type IntegrationAnswer } from '../../sandbox/botpress'
import { NOWHERE, runBotpress, runIntegration, useClosers } from './running'

useClosers()

describe('webhooks', () => {
  it('hands the request over untouched and passes the answer through', async () => {
    const seen: { req: Request; configuration: unknown }[] = []
    const integration = await runIntegration({
      handler: async ({ req, ctx }) => {
        seen.push({ req, configuration: ctx.configuration })
        return { status: 503, headers: { 'retry-after': '2' }, body: 'later' }
      },
    })
    const botpress = await runBotpress()
    const installation = botpress.install({ configuration: { appId: 'é' }, integration })
    const body = '{ "text":  "ünchanged" }'
    const headers = { 'content-type': 'application/json', 'X-Api-Key': 'k' }
    const response = await fetch(`${installation.webhookUrl}/sub/path?a=1&b=%20`, { method: 'POST', headers, body })
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '2', 'later'])
    expect(seen).toMatchObject([
      { req: { method: 'POST', path: '/sub/path', query: 'a=1&b=%20', body }, configuration: { appId: 'é' } },
    ])
    expect(seen[0]?.req.headers['X-API-KEY']).toBe('k')
    installation.configuration = { appId: 'new' }
    await fetch(installation.webhookUrl)
    expect(seen[1]).toMatchObject({ req: { method: 'GET', path: '/' }, configuration: { appId: 'new' } })
  })

  it('answers 502 for an integration that is down and 404 for an unknown webhook', async () => {
    const botpress = await runBotpress()
    const installation = botpress.install({ configuration: {}, integration: NOWHERE })
    expect((await fetch(installation.webhookUrl, { method: 'POST', body: 'x' })).status).toBe(502)
    expect((await fetch(`${botpress.url}/webhooks/unknown`, { method: 'POST' })).status).toBe(404)
  })
})

describe('operations', () => {
  it('are told with the function that took them', async () => {
    const told: (string | undefined)[] = []
    const botpress = await runBotpress({ operations: { onExchange: (exchange) => told.push(exchange.function) } })
    const answer = { status: 200, headers: new Headers(), text: '{}' }
    const functions = ['f7', undefined]
    const integration = async (): Promise<IntegrationAnswer> => ({ ...answer, function: functions.shift() })
    const installation = botpress.install({ configuration: {}, integration })
    await installation.ping()
    await installation.ping()
    expect(told).toEqual(['f7', undefined])
  })

  it('registers, pings, calls actions and delivers messages of the bot', async () => {
    const log: unknown[] = []
    const integration = await runIntegration({
      register: async ({ webhookUrl }) => void log.push(webhookUrl),
      actions: {
        echo: async ({ input, client, ctx }) => {
          const { conversation } = await client.createConversation({ channel: 'hitl', tags: { id: 'c' } })
          const echoed: unknown = input
          return { echoed, conversationId: conversation.id, botId: ctx.botId }
        },
        fail: async () => {
          throw new RuntimeError('No such ticket')
        },
      },
      channels: {
        hitl: {
          messages: {
            text: async ({ conversation, payload, message, ack }) => {
              const received: unknown = payload
              log.push({ tags: conversation.tags, received })
              await ack({ tags: { id: message.id } })
            },
          },
        },
      },
    })
    const botpress = await runBotpress()
    const installation = botpress.install({ configuration: {}, integration })
    expect(await installation.register()).toEqual({ status: 200, body: {} })
    expect((await installation.ping()).status).toBe(200)
    const output = await installation.callAction('echo', { a: 1 })
    const [conversation] = installation.conversations.values()
    expect(output).toEqual({ echoed: { a: 1 }, conversationId: conversation?.id, botId: installation.botId })
    const failure: unknown = await installation.callAction('fail', {}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ActionFailed)
    expect(failure).toMatchObject({ status: 400, message: 'No such ticket' })
    const text = { conversationId: conversation?.id ?? '', type: 'text', payload: { text: 'hi' } }
    const { message, status } = await installation.sendMessage(text)
    expect([status, message.direction]).toEqual([200, 'outgoing'])
    expect(installation.messages.get(message.id)?.tags).toEqual({ id: message.id })
    expect(log).toEqual([installation.webhookUrl, { tags: { id: 'c' }, received: { text: 'hi' } }])
    expect((await installation.sendMessage({ ...text, type: 'video' })).status).toBe(400)
  })
})
