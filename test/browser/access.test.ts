import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, usePage, violationsOn } from './stage'

/** Moves on with the Tab key until the element that is wanted has the focus. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let steps = 0; steps < 60; steps += 1) {
    const found = await page.evaluate(() => {
      const element = document.activeElement
      return (
        element?.getAttribute('aria-label') ?? (element?.id === 'customer-text' ? 'customer' : element?.textContent)
      )
    })
    if (found === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key does not lead to ${name}`)
}

describeInBrowser('the page for everyone', () => {
  const stage = usePage()

  it('has no violations of accessibility rules: empty, in a session, light, dark and narrow', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    expect(await violationsOn(page)).toEqual([])
    await on.click('Help')
    expect(await violationsOn(page)).toEqual([])
    await page.keyboard.press('Escape')
    await on.escalate('Jane Doe')
    await on.agentSays('Hello, see https://example.com')
    await reads(on.chat, 'Hello, see')
    await on.click('Carousel')
    await reads(on.chat, 'See the red kettle')
    await on.flip('Duplicate delivery')
    await page.getByLabel('Support', { exact: true }).selectOption('down')
    await page.getByLabel('Grace Okafor', { exact: true }).selectOption('away')
    await page.locator('.trouble-choice.bad').waitFor()
    await on.wire.locator('summary').last().click()
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 820, 375]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect(await violationsOn(page), `${colorScheme}, ${width}`).toEqual([])
      }
    }
    await on.flip('Duplicate delivery')
    await page.getByLabel('Support', { exact: true }).selectOption('none')
    await page.locator('.trouble-choice:not(.bad)').waitFor()
    await on.click('End session')
    await page.getByText('The session is over').waitFor()
    await reads(on.ticket, 'Internal notes')
    expect(await violationsOn(page)).toEqual([])
  }, 90_000)

  it('fits a phone without scrolling sideways', async () => {
    const page = stage.page()
    await page.setViewportSize({ width: 375, height: 800 })
    await actorsOn(page).newCustomer()
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(375)
    const height = await page.locator('main').evaluate((element) => element.scrollHeight)
    expect(height).toBeLessThan(3_500)
  })

  it('is used with the keyboard alone: write, ask for a person, reply, end', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    const name = await on.newCustomer()
    await tabTo(page, 'customer')
    await page.keyboard.type('hello')
    await page.keyboard.press('Enter')
    await reads(chat, 'I know our opening hours')
    await page.keyboard.type('I want to talk to a person')
    await page.keyboard.press('Enter')
    await reads(chat, 'I have contacted a human agent')
    const entry = page.getByRole('navigation', { name: 'Tickets' }).getByRole('button', { name })
    await entry.first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: `Conversation with ${name}` }).waitFor()
    await page.getByLabel('Reply of the agent').focus()
    await page.keyboard.type('Typed, not clicked')
    await page.keyboard.press('Enter')
    await reads(chat, 'Typed, not clicked')
    await reads(ticket, 'Typed, not clicked')
    await tabTo(page, 'Sunco slow')
    await page.keyboard.press('Space')
    await page.getByRole('switch', { name: 'Sunco slow', checked: true }).waitFor()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)
    expect(outline).toBe('solid')
  }, 60_000)

  it('never shows a secret', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const { world, url } = stage.sandbox()
    await on.click('Forge a webhook')
    await page.getByText('was answered with 401').waitFor()
    await on.wire.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
    await on.wire.getByText('x-bp-configuration').first().waitFor()
    expect(await on.wire.getByText('••••••').count()).toBeGreaterThan(10)

    const stream = new AbortController()
    const events = await fetch(`${url}/events`, { signal: stream.signal })
    const { value } = (await events.body?.getReader().read()) ?? {}
    stream.abort()
    const shown = `${await page.content()}${new TextDecoder().decode(value)}`
    const webhooks = [...world.app.integrations.values()].flatMap((integration) => integration.webhooks)
    const { clientSecret, tokens } = world.account
    const secrets = [world.botpress.token, world.app.keySecret, clientSecret]
    secrets.push(...webhooks.map(({ secret }) => secret), ...tokens.map(({ accessToken }) => accessToken))
    expect(webhooks).toHaveLength(1)
    expect(tokens.length).toBeGreaterThan(0)
    for (const secret of secrets) expect(shown.includes(secret)).toBe(false)
    expect(shown).not.toMatch(/Bearer ey|Basic [A-Za-z0-9+/=]{8}/)
    const encoded = Buffer.from(JSON.stringify(world.installation.configuration)).toString('base64')
    expect(shown.includes(encoded)).toBe(false)
  }, 60_000)

  it('takes commands from its own page only', async () => {
    const { url } = stage.sandbox()
    const post = (name: string, body: string, headers: Record<string, string>) =>
      fetch(`${url}/commands/${name}`, { method: 'POST', body, headers })
    const json = { 'content-type': 'application/json' }
    expect((await post('add-customer', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post('customer-say', '{"customerId":"customer-1"}', json)).status).toBe(400)
    expect((await post('customer-say', '{"customerId":"nobody","text":"hi"}', json)).status).toBe(409)
    expect((await post('no-such-thing', '{}', json)).status).toBe(404)
  })
})
