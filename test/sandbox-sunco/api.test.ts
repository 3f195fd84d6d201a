import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import {
  addBot,
  basic,
  call,
  newConversation,
  newUser,
  post,
  stage,
  TRIGGERS,
  useApp,
  type Answer,
  useStage,
} from './stage'

useStage()

describe('authentication', () => {
  const sign = (scope: string, options: jwt.SignOptions = {}, secret = stage.app.keySecret): string =>
    `Bearer ${jwt.sign({ scope }, secret, { keyid: stage.app.keyId, ...options })}`

  it('takes a Basic header or a token of the right scope', async () => {
    expect(await call('GET', '')).toMatchObject({
      status: 200,
      body: { app: { id: stage.app.appId, subdomain: 'sandbox', settings: { multiConvoEnabled: true } } },
    })
    expect((await call('GET', '', undefined, sign('app'))).status).toBe(200)
  })

  it.each([
    ['a wrong secret', () => basic({ keyId: stage.app.keyId, keySecret: 'wrong' })],
    ['an unknown key', () => basic({ keyId: 'app_unknown', keySecret: stage.app.keySecret })],
    ['a token signed by another secret', () => sign('app', {}, 'wrong')],
    ['a token with a scope that is not the key’s', () => sign('integration')],
    ['an expired token', () => sign('app', { expiresIn: -60 })],
    ['a token of another algorithm', () => sign('app', { algorithm: 'HS512' })],
  ])('refuses %s with 401', async (_, authorization) => {
    const answer = await call('GET', '', undefined, authorization())
    expect(answer).toMatchObject({ status: 401, body: { errors: [{ code: 'unauthorized' }] } })
  })

  it('keeps keys to their app and integration keys away from the switchboard', async () => {
    const stranger = stage.sunco.createApp()
    expect((await call('GET', '', undefined, basic(stranger))).status).toBe(403)
    await addBot()
    const key = basic(stage.app.addKey('integration'))
    expect((await call('GET', '/switchboards', undefined, key)).status).toBe(403)
    expect((await call('POST', '/users', {}, key)).status).toBe(201)
    expect((await call('GET', '/integrations/me/webhooks', undefined, key)).status).toBe(200)
  })
})

describe('users and conversations', () => {
  it('refuses a second user with the same external id and finds the first by it', async () => {
    const id = await newUser({ externalId: 'a/b+c@example.org', profile: { givenName: 'Ann' } })
    const second = await call('POST', '/users', { externalId: 'a/b+c@example.org' })
    expect(second).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'conflict', title: 'User already exists' }] },
    })
    const path = `/users/${encodeURIComponent('a/b+c@example.org')}`
    expect((await call('GET', path)).body.user?.id).toBe(id)
    const patched = await call('PATCH', path, { profile: { surname: 'Lee' } })
    expect(patched.body.user?.profile).toEqual({ givenName: 'Ann', surname: 'Lee' })
    expect((await call('PATCH', path, { profile: { email: '', givenName: '' } })).body.errors).toHaveLength(2)
  })

  it('has one default conversation for each user, and only that one cannot be deleted', async () => {
    const user = await newUser()
    const [first, second] = [await newConversation(user), await newConversation(user)]
    expect((await call('GET', `/conversations/${first}`)).body.conversation?.isDefault).toBe(true)
    expect((await call('DELETE', `/conversations/${first}`)).status).toBe(400)
    expect((await call('DELETE', `/conversations/${second}`)).status).toBe(200)
    expect((await call('GET', `/conversations/${second}`)).body.errors?.[0]?.code).toBe('conversation_not_found')
  })

  it('refuses a second conversation where multi-conversations are off', async () => {
    useApp({ multiConvoEnabled: false })
    const user = await newUser()
    await newConversation(user)
    const body = { type: 'personal', participants: [{ userId: user }] }
    expect((await call('POST', '/conversations', body)).status).toBe(400)
  })
})

describe('messages', () => {
  it('holds to the documented limits', async () => {
    useApp({ messageLimit: 2 })
    const conversation = await newConversation(await newUser())
    expect((await post(conversation, 'x'.repeat(4097))).status).toBe(400)
    expect((await post(conversation, 'x'.repeat(200_000))).status).toBe(413)
    expect((await post(conversation, 'x', { type: 'user' })).status).toBe(400)
    const metadata = { big: 'x'.repeat(5000) }
    const path = `/conversations/${conversation}/messages`
    const tooMuch = { author: { type: 'business' }, content: { type: 'text', text: 'x' }, metadata }
    expect((await call('POST', path, tooMuch)).status).toBe(400)
    expect((await call('POST', path, { ...tooMuch, metadata: { nested: {} } })).status).toBe(400)
    for (const text of ['one', 'two']) expect((await post(conversation, text)).status).toBe(201)
    expect(await post(conversation, 'three')).toMatchObject({ status: 423, body: { errors: [{ code: 'locked' }] } })
  })

  it('turns Markdown into HTML and text', async () => {
    const conversation = await newConversation(await newUser())
    const { body } = await call('POST', `/conversations/${conversation}/messages`, {
      author: { type: 'business' },
      content: { type: 'text', markdownText: '**Hi** <you>' },
    })
    expect(body.messages?.[0]?.content).toEqual({
      type: 'text',
      text: 'Hi <you>',
      htmlText: '<p><strong>Hi</strong> &lt;you&gt;</p>',
    })
  })

  it('lists the newest hundred first and pages backwards from there', async () => {
    const conversation = await newConversation(await newUser())
    const ids: string[] = []
    for (let index = 0; index < 130; index += 1)
      ids.push((await post(conversation, `${index}`)).body.messages?.[0]?.id ?? '')
    const newest = await call('GET', `/conversations/${conversation}/messages`)
    expect(newest.body.messages?.map(({ id }) => id)).toEqual(ids.slice(30))
    expect(newest.body.meta).toEqual({ hasMore: true, beforeCursor: ids[30] })
    const older = await call('GET', `/conversations/${conversation}/messages?page[before]=${ids[30]}`)
    expect(older.body.messages?.map(({ id }) => id)).toEqual(ids.slice(0, 30))
    expect(older.body.meta).toEqual({ hasMore: false, afterCursor: ids[29] })
  })
})

describe('integrations', () => {
  it('pages with a cursor, 25 at a time', async () => {
    stage.app.addOtherIntegrations(60)
    const names: string[] = []
    let [query, pages] = ['', 0]
    for (;;) {
      const { body } = await call('GET', `/integrations${query}`)
      names.push(...(body.integrations ?? []).map(({ displayName }) => displayName))
      pages += 1
      if (!body.meta?.hasMore) break
      query = `?page[after]=${body.meta.afterCursor}`
    }
    expect([pages, new Set(names).size]).toEqual([3, 60])
    expect((await call('GET', '/integrations?page[size]=101')).status).toBe(400)
  })

  it('asks a target to answer HEAD and allows ten webhooks in an app', async () => {
    const custom = (target: string): object => ({ type: 'custom', webhooks: [{ target, triggers: TRIGGERS }] })
    expect((await call('POST', '/integrations', custom('http://127.0.0.1:1/hook'))).status).toBe(400)
    for (let index = 0; index < 10; index += 1)
      expect((await call('POST', '/integrations', custom(stage.receiver.target))).status).toBe(201)
    expect(stage.receiver.heads).toBe(10)
    expect(await call('POST', '/integrations', custom(stage.receiver.target))).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'too_many_webhooks' }] },
    })
  })

  it('keeps switchboard integrations unique, at most ten, and the default one in place', async () => {
    const { seat } = await addBot()
    const [switchboard] = stage.app.switchboards.values()
    const path = `/switchboards/${switchboard?.id}/switchboardIntegrations`
    const add = (name: string): Promise<Answer> => call('POST', path, { name, integrationType: 'vendor' })
    expect((await add('bot')).status).toBe(400)
    expect((await add('not valid')).status).toBe(400)
    for (let index = 0; index < 7; index += 1) expect((await add(`vendor-${index}`)).status).toBe(201)
    expect((await add('one-more')).body.errors?.[0]?.code).toBe('too_many_switchboard_integrations')
    expect((await call('DELETE', `${path}/${switchboard?.defaultSwitchboardIntegrationId}`)).status).toBe(400)
    expect((await call('DELETE', `${path}/${seat}`)).status).toBe(200)
  })
})

describe('attachments', () => {
  const upload = async (query: string): Promise<Answer> => {
    const form = new FormData()
    form.set('source', new File(['bytes'], 'my file.png', { type: 'image/png' }))
    const answer = await fetch(`${stage.sunco.url}/v2/apps/${stage.app.appId}/attachments?${query}`, {
      method: 'POST',
      headers: { authorization: basic(stage.app) },
      body: form,
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }

  const image = (conversationId: string, mediaUrl: string): Promise<Answer> =>
    call('POST', `/conversations/${conversationId}/messages`, {
      author: { type: 'business' },
      content: { type: 'image', mediaUrl },
    })

  it('takes an upload for one conversation and refuses it in another', async () => {
    const user = await newUser()
    const [mine, other] = [await newConversation(user), await newConversation(user)]
    expect((await upload('for=message')).status).toBe(400)
    const { status, body } = await upload(`access=public&for=message&conversationId=${mine}`)
    const { mediaUrl = '', mediaType } = body.attachment ?? {}
    expect([status, mediaType]).toEqual([201, 'image/png'])
    expect(await (await fetch(mediaUrl)).text()).toBe('bytes')
    expect((await image(other, mediaUrl)).status).toBe(400)
    const posted = await image(mine, mediaUrl)
    expect(posted.body.messages?.[0]?.content).toMatchObject({ mediaSize: 5, altText: 'my file.png' })
    await call('DELETE', `/conversations/${mine}/messages`)
    expect((await fetch(mediaUrl)).status).toBe(404)
  })

  it('asks for credentials where attachments are private', async () => {
    useApp({ privateAttachments: true })
    const conversation = await newConversation(await newUser())
    await post(conversation, 'hello')
    const agent = stage.app.agent({ id: '1', name: 'Ada' })
    const bytes = new TextEncoder().encode('secret')
    const { mediaUrl } = agent.uploadFile(conversation, { name: 'a.txt', mediaType: 'text/plain', bytes })
    expect((await fetch(mediaUrl)).status).toBe(401)
    expect((await fetch(mediaUrl, { headers: { authorization: basic(stage.sunco.createApp()) } })).status).toBe(403)
    const answer = await fetch(mediaUrl, { headers: { authorization: basic(stage.app) } })
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/plain', 'secret'])
  })
})
