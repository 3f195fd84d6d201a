import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, usePage, violationsOn } from './stage'

/** The ids of the functions in the rows. */
const functionsIn = (rows: Locator): Promise<string[]> => rows.locator('.wire-function').allTextContents()

describeInBrowser('the functions on the wire', () => {
  const stage = usePage()

  it('stand beside the requests that they took and made, with what they were before', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const rows = on.wire.getByRole('listitem')
    const name = await on.newCustomer()
    await on.escalate(name)
    await rows.filter({ hasText: 'f4' }).filter({ hasText: 'started' }).waitFor()

    const taken = rows.filter({ hasText: 'register new' })
    await taken.filter({ hasText: '200' }).waitFor()
    expect(await functionsIn(taken)).toEqual(['f1'])
    // A row says it in the order in which it is read.
    expect(await taken.textContent()).toMatch(/Botpress→ to Integrationf1register new/)
    const made = rows.filter({ hasText: 'create integration' }).first()
    expect(await functionsIn(made)).toEqual(['f1'])
    expect(await made.textContent()).toMatch(/Integrationf1→ to Sunco/)

    await page.waitForTimeout(1_000)
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      await on.agentSays(text)
      await reads(on.chat, text)
    }
    await rows
      .filter({ hasText: /webhook_received frozen for [1-9]/ })
      .first()
      .waitFor()
    const busy = await functionsIn(rows.filter({ hasText: 'webhook_received' }))
    expect(new Set(busy).size).toBeGreaterThan(1)
    const unknown = rows.filter({ hasText: /Sunco→ to Botpress/ }).filter({ has: page.locator('.wire-function') })
    expect(await unknown.count()).toBe(0)
  }, 60_000)

  it('say what they are and which call they took', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const functions = page.getByRole('list', { name: 'Functions' }).getByRole('listitem')
    const first = stage.sandbox().world.integration.functions().at(0)?.id ?? ''
    await functions.filter({ hasText: `${first} frozen` }).waitFor()
    await on.newCustomer()
    await on.flip('Sunco slow')
    await on.click('Talk to a person')
    await functions.filter({ hasText: /busystartHitl/ }).waitFor()
    await on.flip('Sunco slow')
    await page.getByRole('button', { name: 'End the session' }).waitFor()
    await functions.filter({ hasText: /frozenstartHitl · \d/ }).waitFor()
    await on.click('Restart the integration')
    await functions
      .filter({ hasText: /killed$/ })
      .first()
      .waitFor()
    await functions.filter({ hasText: 'coldno call yet' }).nth(3).waitFor()
  }, 60_000)

  it('are seen to die and to be new', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const rows = on.wire.getByRole('listitem')
    const { integration } = stage.sandbox().world
    const before = integration.functions().map(({ id }) => id)
    await on.click('Restart the integration')
    await page.getByText('runs again, with an empty memory').waitFor()
    const after = integration.functions().map(({ id }) => id)
    expect(after).toHaveLength(4)
    expect(after.filter((id) => before.includes(id))).toEqual([])
    for (const id of before) await rows.filter({ hasText: new RegExp(`${id}died$`) }).waitFor()
    for (const id of after) await rows.filter({ hasText: new RegExp(`${id}started$`) }).waitFor()
    await on.escalate(await on.newCustomer())
    await rows
      .filter({ hasText: new RegExp(`${after[0]}.*new`) })
      .first()
      .waitFor()
    // Contrast is measured on what is in sight.
    await rows.filter({ hasText: 'died' }).last().scrollIntoViewIfNeeded()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violationsOn(page)).toEqual([])
    }
  }, 60_000)

  it('are named while a call is not answered yet', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    await on.newCustomer()
    await on.flip('Sunco slow')
    await on.click('Talk to a person')
    const row = on.wire.getByRole('listitem').filter({ hasText: 'action_triggered' }).filter({ hasText: '…' })
    await row.locator('.wire-function').first().waitFor()
    await on.flip('Sunco slow')
    await page.getByRole('button', { name: 'End the session' }).waitFor()
  }, 60_000)
})
