import { describe, expect, it } from 'vitest'
import { creations, envOf, exceptions, expectNothingLeft, faults, newApp, open, run, shown, useStage } from './stage'

useStage()

describe('what is missing or wrong', () => {
  it.each(['SUNCO_APP_ID', 'SUNCO_KEY_ID', 'SUNCO_KEY_SECRET'])('is named: %s', async (name) => {
    const app = newApp()
    expect(await run(app, { env: { ...envOf(app), [name]: ' ' } })).toBe(1)
    expect(shown()).toMatch(new RegExp(`^${name} is missing: .+\n$`))
  })

  it.each([
    ['SUNCO_KEY_ID', 'int_1234', 'an app key is needed'],
    ['SUNCO_KEY_ID', 'app_1234', 'SUNCO_KEY_ID or SUNCO_KEY_SECRET is wrong'],
    ['SUNCO_KEY_SECRET', 'x', 'SUNCO_KEY_ID or SUNCO_KEY_SECRET is wrong'],
    ['SUNCO_APP_ID', 'other', 'SUNCO_APP_ID or SUNCO_SUBDOMAIN is wrong'],
    ['SUNCO_SUBDOMAIN', 'not a subdomain', 'SUNCO_SUBDOMAIN is not a subdomain'],
  ])('is explained: %s=%s', async (name, value, text) => {
    const app = newApp()
    expect(await run(app, { env: { ...envOf(app), [name]: value } })).toBe(1)
    expect(shown()).toContain(text)
    expect(shown()).not.toContain('1234')
    expectNothingLeft()
  })

  it('is explained: the App ID of another app', async () => {
    const [app, other] = [newApp(), newApp()]
    expect(await run(app, { env: { ...envOf(app), SUNCO_APP_ID: other.appId } })).toBe(1)
    expect(shown()).toContain('SUNCO_APP_ID is of another app than the key')
  })
})

describe('a fault in the middle', () => {
  it.each(creations)('%s made and never answered leaves nothing behind', async (request) => {
    faults.next(request, { kind: 'dropAfter' })
    expect(await run(newApp())).toBe(0)
    expect(Object.values(exceptions())).toContain(open)
    expect(shown()).toContain('All of it is removed.')
    expectNothingLeft()
  })

  it.each([...creations, /POST .*\/attachments$/, /POST .*\/passControl$/, /PATCH .*\/conversations\//])(
    '%s refused for good leaves nothing behind',
    async (request) => {
      faults.next(request, { kind: 'refuse', status: 403 }, Infinity)
      expect(await run(newApp())).toBe(0)
      expect(Object.keys(exceptions())).not.toEqual([])
      expectNothingLeft()
    }
  )

  it('goes on behind it', async () => {
    faults.next(/PATCH .*\/conversations\//, { kind: 'refuse', status: 403 })
    await run(newApp())
    expect(exceptions()).toEqual({ metadataKept: open })
    expect(shown()).toContain('metadataKept: could not be told (Sunshine Conversations answered 403')
  })

  it('says nothing of a file that is not found', async () => {
    faults.next(/GET \/sc\/attachments\//, { kind: 'refuse', status: 404 }, Infinity)
    await run(newApp())
    expect(exceptions()).toEqual({ fileOpen: open, mediaWithKey: open })
    expectNothingLeft()
  })

  it('leaves no agent with a session', async () => {
    faults.next(/POST .*\/offerControl$/, { kind: 'refuse', status: 403 }, Infinity)
    const app = newApp()
    await run(app)
    expect(app.tickets).toHaveLength(1)
    const moves = app.events.map(({ type }) => type).filter((type) => type.startsWith('switchboard:'))
    expect(moves.at(-1)).toBe('switchboard:releaseControl')
    expectNothingLeft()
  })

  it('names a file that it lost', async () => {
    faults.next(/POST .*\/attachments$/, { kind: 'dropAfter' })
    expect(await run(newApp())).toBe(1)
    expect(shown()).toContain('Not removed: an uploaded file (its link is not known).')
  })

  it.each([
    [/DELETE .*\/users\//, 'the test user'],
    [/DELETE .*\/switchboardIntegrations\//, 'the custom integration or its place on the switchboard'],
  ])('names what could not be removed: %s', async (request, what) => {
    faults.next(request, { kind: 'refuse', status: 403 }, Infinity)
    const app = newApp()
    expect(await run(app)).toBe(1)
    expect(shown()).toContain(`Not removed: ${what} (Sunshine Conversations answered 403`)
    expect(shown()).toMatch(/Look in Zendesk for what is named botpress-live-check-/)
    expect(app.conversations.size).toBeLessThanOrEqual(1)
  })
})
