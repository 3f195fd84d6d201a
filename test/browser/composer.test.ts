import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage, WITHIN_MS } from './stage'

/** Keeps the page's commands of one name back until they are let go. */
const holdBack = async (page: Page, command: string) => {
  let isAnswered = false
  page.on('response', (response) => (isAnswered ||= response.url().endsWith(`/commands/${command}`)))
  let letGo = (): void => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  let count = 0
  await page.route(`**/commands/${command}`, async (route) => {
    count += 1
    await gate
    await route.continue()
  })
  return { count: () => count, letGo, isAnswered: () => isAnswered }
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
      await expect.poll(() => page.getByLabel(side.field).inputValue(), { timeout: WITHIN_MS }).toBe('')
      expect(held.count()).toBe(1)
    }
    await reads(chat, 'agent-reply')
    await reads(ticket, 'customer-say')
    expect(await timesIn(ticket, 'customer-say')).toBe(1)
  }, 60_000)

  it('is sent once by a double click of whatever sends at once', async () => {
    const page = stage.page()
    const held = await holdBack(page, 'add-customer')
    await page.getByRole('button', { name: 'New customer' }).dblclick()
    held.letGo()
    await page.getByRole('log', { name: 'Chat of Jane Doe' }).waitFor({ state: 'detached' })
    expect(held.count()).toBe(1)
    for (const [command, button] of [
      ['customer-say', 'Talk to a person'],
      ['agent-carousel', 'Carousel'],
      ['end-session', 'End session'],
    ] as const) {
      const held = await holdBack(page, command)
      await page.getByRole('button', { name: button, exact: true }).dblclick()
      held.letGo()
      await expect.poll(held.isAnswered, { timeout: WITHIN_MS }).toBe(true)
      expect(held.count()).toBe(1)
    }
    await page.getByText('The session is over').waitFor()
  }, 60_000)

  it('may be longer than one message of Sunco’s, but no longer than Zendesk lets an agent write', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    await on.escalate(await on.newCustomer())
    const long = Array.from({ length: 1_000 }, (_, index) => `word${String(index).padStart(5, '0')}`).join(' ')
    await on.customerSays(long)
    await reads(ticket, 'word00999')
    const parts = await ticket.locator('.line.customer .bubble').allTextContents()
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.join(' ')).toContain(long)

    await page.getByLabel('Reply of the agent').fill(long)
    await on.click('Send as the agent')
    await page.getByText('at most 4,096 characters').waitFor()
    expect(await page.getByLabel('Reply of the agent').inputValue()).toBe(long)
    await page.getByLabel('Reply of the agent').fill('short')
    await on.click('Send as the agent')
    await reads(chat, 'short')
  }, 60_000)

  it('waits where it was not sent: beside another customer, another ticket, and over a reload', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const [asCustomer, asAgent] = [page.getByLabel('Message of the customer'), page.getByLabel('Reply of the agent')]
    const choose = (name: string) => page.getByRole('list', { name: 'Customers' }).getByRole('button', { name }).click()
    const first = await on.newCustomer()
    await on.escalate(first)
    await asCustomer.fill('Half a question')
    await asAgent.fill('Half an answer')

    const second = await on.newCustomer()
    await on.escalate(second)
    expect(await asCustomer.inputValue()).toBe('')
    expect(await asAgent.inputValue()).toBe('')
    await asAgent.fill('Another answer')

    await choose(first)
    await expect.poll(() => asCustomer.inputValue()).toBe('Half a question')
    await expect.poll(() => asAgent.inputValue()).toBe('Half an answer')
    await page.reload()
    await expect.poll(() => asCustomer.inputValue()).toBe('Half a question')
    await on.click('Send as the agent')
    await reads(on.chat, 'Half an answer')
    await choose(second)
    await expect.poll(() => asAgent.inputValue()).toBe('Another answer')
    await choose(first)
    await expect.poll(() => asCustomer.inputValue()).toBe('Half a question')
    expect(await asAgent.inputValue()).toBe('')
  }, 60_000)
})
