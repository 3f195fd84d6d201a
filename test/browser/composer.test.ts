import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage } from './stage'

/** Keeps the page's commands of one name back until they are let go. */
const holdBack = async (page: Page, command: string): Promise<{ count: () => number; letGo: () => void }> => {
  let letGo = (): void => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  let count = 0
  await page.route(`**/commands/${command}`, async (route) => {
    count += 1
    await gate
    await route.continue()
  })
  return { count: () => count, letGo }
}

describeInBrowser('what is written', () => {
  const stage = usePage()

  it('is sent once, however often Send is clicked', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    await on.escalate('Jane Doe')
    for (const side of [
      { command: 'customer-say', field: 'Message of the customer', button: 'Send as the customer' },
      { command: 'agent-reply', field: 'Reply of the agent', button: 'Send as the agent' },
    ]) {
      const held = await holdBack(page, side.command)
      await page.getByLabel(side.field).fill(side.command)
      await page.getByRole('button', { name: side.button }).dblclick()
      held.letGo()
      await expect.poll(() => page.getByLabel(side.field).inputValue()).toBe('')
      expect(held.count()).toBe(1)
    }
    await reads(chat, 'agent-reply')
    await reads(ticket, 'customer-say')
    expect(await timesIn(ticket, 'customer-say')).toBe(1)
  }, 60_000)
})
