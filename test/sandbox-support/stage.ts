import { afterEach, beforeEach } from 'vitest'
import { createFaultPlan, type FaultPlan } from '../../sandbox/faults'
import type { Exchange } from '../../sandbox/loopback'
import { startSunco, type Sunco, type SuncoApp } from '../../sandbox/sunco'
import { startSupport, type AccountOptions, type Support, type SupportAccount } from '../../sandbox/support'

type Stage = {
  support: Support
  account: SupportAccount
  sunco: Sunco
  /** Belongs to the account. */
  app: SuncoApp
  faults: FaultPlan
  exchanges: Exchange[]
}

export type Answer = { status: number; headers: Headers; text: string; body: unknown }

/** Fresh servers, one account and its app for each test of a file that calls {@link useStage}. */
export let stage: Stage

/** To be called once in a file of tests. */
export const useStage = (): void => {
  beforeEach(async () => {
    const faults = createFaultPlan()
    const exchanges: Exchange[] = []
    const onExchange = (exchange: Exchange): void => void exchanges.push(exchange)
    const support = await startSupport({ fault: faults.fault, onExchange })
    const sunco = await startSunco()
    const [account, app] = [support.createAccount(), sunco.createApp()]
    account.link(app)
    stage = { support, account, sunco, app, faults, exchanges }
  })
  afterEach(async () => {
    await stage.support.close()
    await stage.sunco.close()
  })
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const send = async (url: string, method: string, body: unknown, authorization?: string): Promise<Answer> => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) }
}

export const askToken = (change: object = {}, { clientId, clientSecret } = stage.account): Promise<Answer> =>
  send(`${stage.support.url}/oauth/tokens`, 'POST', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'read write',
    expires_in: 7200,
    ...change,
  })

export const newToken = async (scope = 'read write', account = stage.account): Promise<string> => {
  const answer = await askToken({ scope }, account)
  const token = account.tokens.at(-1)
  if (answer.status !== 200 || !token) throw new Error(`no token: ${answer.text}`)
  return token.accessToken
}

/** @param token null: no Authorization header; left out: a new one for everything */
export const call = async (method: string, path: string, body?: unknown, token?: string | null): Promise<Answer> => {
  const used = token === undefined ? await newToken() : token
  return send(`${stage.support.url}${path}`, method, body, used === null ? undefined : `Bearer ${used}`)
}

export const get = (path: string, token?: string | null): Promise<Answer> => call('GET', path, undefined, token)

export const newAccount = (options: AccountOptions): SupportAccount => stage.support.createAccount(options)

/** A call to the Sunco API with the key of the account's app. */
export const callSunco = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const { appId, keyId, keySecret } = stage.app
  const credentials = Buffer.from(`${keyId}:${keySecret}`).toString('base64')
  const answer = await send(`${stage.sunco.url}/v2/apps/${appId}${path}`, method, body, `Basic ${credentials}`)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

/** Id of a new Sunco user. */
export const newUser = async (profile: object = { givenName: 'Jane' }): Promise<string> => {
  await callSunco('POST', '/users', { profile })
  return [...stage.app.users.keys()].at(-1) ?? ''
}

/** Opens a ticket as the integration does, and tells its conversation and its id. */
export const handOver = async (
  metadata: Record<string, string> = {},
  user?: string
): Promise<{ conversationId: string; ticketId: number }> => {
  const userId = user ?? (await newUser())
  await callSunco('POST', '/conversations', { type: 'personal', participants: [{ userId }] })
  const conversationId = [...stage.app.conversations.keys()].at(-1) ?? ''
  const path = `/conversations/${conversationId}`
  await callSunco('POST', `${path}/releaseControl`)
  const content = { type: 'text', text: 'Please help' }
  await callSunco('POST', `${path}/messages`, { author: { type: 'business' }, content })
  await callSunco('POST', `${path}/passControl`, { switchboardIntegration: 'zd:agentWorkspace', metadata })
  const ticket = stage.app.tickets.at(-1)
  if (ticket?.conversationId !== conversationId) throw new Error('no ticket was opened')
  return { conversationId, ticketId: ticket.id }
}
