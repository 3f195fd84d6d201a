import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, usePage } from './stage'

const root = path.resolve(__dirname, '../..')

describeInBrowser('the wire', () => {
  const stage = usePage()

  it('marks duplicates and faults in the row', async () => {
    const on = actorsOn(stage.page())
    const rows = on.wire.getByRole('listitem')
    await on.escalate(await on.newCustomer())
    await on.flip('Duplicate delivery')
    await on.agentSays('Thrice')
    await reads(on.chat, 'Thrice')
    const webhooks = rows.filter({ hasText: 'webhook conversation:message' })
    await webhooks.filter({ hasText: 'duplicate' }).nth(1).waitFor()
    expect(await webhooks.filter({ hasNotText: 'duplicate' }).count()).toBeGreaterThan(0)
    await on.flip('Duplicate delivery')
    await on.click('429 for two posts')
    await on.customerSays('Refused first')
    await rows.filter({ hasText: 'trouble: refuse' }).filter({ hasText: '429' }).first().waitFor()
  }, 60_000)

  it('has a legend that names every mark in it and each state of a function, and leads to the documents', async () => {
    const page = stage.page()
    const { wire, ...on } = actorsOn(page)
    await wire.getByRole('listitem').nth(20).waitFor()
    const marks = await wire.locator('.wire-tag, .wire-past, .wire-mark .wire-operation').allTextContents()
    const states = await page.getByRole('list', { name: 'Functions' }).locator('b').allTextContents()
    await on.click('Help')
    const legend = page.getByRole('dialog')
    const terms = await legend.locator('dt').allTextContents()
    for (const mark of [
      'duplicate',
      'trouble: refuse',
      'started',
      'new',
      'died',
      'killed',
      'cold',
      ...marks,
      ...states,
    ])
      expect(
        terms.filter((term) => mark.startsWith(term)),
        mark
      ).not.toEqual([])
    const panes = await page.locator('.pane h2').allTextContents()
    expect(terms).toEqual(expect.arrayContaining(panes))

    const links = await legend.getByRole('link').all()
    expect(links.length).toBeGreaterThan(4)
    const { url } = stage.sandbox()
    for (const link of links) {
      const answer = await fetch(`${url}${await link.getAttribute('href')}`)
      expect(answer.headers.get('content-type')).toContain('text/plain')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await answer.text()).toBe(await readFile(path.join(root, (await link.textContent()) ?? ''), 'utf8'))
    }
    for (const other of ['package.json', 'docs/../package.json', '..%2Fpackage.json'])
      expect((await fetch(`${url}/documents/${other}`)).status).toBe(404)
    const opening = page.waitForEvent('popup')
    await links[0]?.click()
    await (await opening).getByText('# Zendesk Messaging HITL').waitFor()
    await legend.getByRole('button', { name: 'Close' }).click()
    await legend.waitFor({ state: 'hidden' })
  }, 60_000)

  it('is filtered by customer, party and errors, and cleared', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const rows = on.wire.getByRole('listitem')
    const all = (text: string) => rows.filter({ hasText: text })
    const first = await on.newCustomer()
    await on.escalate(first)
    const second = await on.newCustomer()
    await on.escalate(second)
    await on.agentSays('To the second')
    await reads(on.chat, 'To the second')
    const starts = await all('startHitl').count()
    await page.getByLabel('Calls of the customer').selectOption(second)
    await expect.poll(() => all('startHitl').count()).toBe(1)
    expect(starts).toBeGreaterThan(1)
    expect(await all('register').count()).toBe(0)
    expect(await all('webhook conversation:message').count()).toBeGreaterThan(0)

    await page.getByLabel('Calls from or to').selectOption('Sunco')
    await expect.poll(() => all('startHitl').count()).toBe(0)
    expect(await all('passControl').count()).toBeGreaterThan(0)
    expect(await rows.filter({ hasNotText: 'Sunco' }).count()).toBe(0)

    await page.getByLabel('Calls of the customer').selectOption('All customers')
    await page.getByLabel('Calls from or to').selectOption('All parties')
    await on.click('Forge a webhook')
    await page.getByLabel('Errors only').check()
    await all('Stranger').filter({ hasText: '401' }).waitFor()
    expect(await rows.locator('.wire-status.good').count()).toBe(0)

    await page.getByLabel('Errors only').uncheck()
    await on.click('Clear')
    await page.getByText('Nothing that fits.').waitFor()
    await on.agentSays('After')
    await all('webhook conversation:message').first().waitFor()
    expect(await all('startHitl').count()).toBe(0)
  }, 60_000)
})
