import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, usePage } from './stage'

describeInBrowser('who is on show', () => {
  const stage = usePage()

  it('is the ticket of the customer who was chosen, and each new one of theirs', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const tickets = page.getByRole('navigation', { name: 'Tickets' })
    const heading = (name: string) => page.getByRole('heading', { name: `Conversation with ${name}` })
    await on.click('Talk to a person')
    await heading('Jane Doe').waitFor()
    await page.getByRole('button', { name: 'End the session' }).waitFor()

    const second = await on.newCustomer()
    await page.getByText(`${second} has no ticket yet`).waitFor()
    await on.click('Talk to a person')
    await heading(second).waitFor()
    await page.getByRole('button', { name: 'End the session' }).waitFor()

    await page.getByRole('list', { name: 'Customers' }).getByRole('button', { name: 'Jane Doe' }).click()
    await heading('Jane Doe').waitFor()

    // A ticket chosen by hand gives way to the next one that the customer on show gets.
    await tickets.getByRole('button', { name: second }).click()
    await heading(second).waitFor()
    await on.click('End the session')
    await page.getByRole('button', { name: 'Talk to a person' }).click()
    await page.getByText('Ticket #1003').waitFor()
    await heading('Jane Doe').waitFor()
  }, 60_000)

  it('is not another customer’s new ticket, which is marked as new', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const tickets = page.getByRole('navigation', { name: 'Tickets' })
    const first = await on.newCustomer()
    await on.escalate(first)
    const { id } = await stage.command<{ id: string }>('add-customer', { name: 'Zoe Quiet' })
    await stage.command('customer-say', { customerId: id, text: 'A person, please' })

    const opened = tickets.getByRole('button', { name: 'Zoe Quiet' })
    await opened.getByText('new', { exact: true }).waitFor()
    await page.getByRole('heading', { name: `Conversation with ${first}` }).waitFor()
    await opened.click()
    await page.getByRole('heading', { name: 'Conversation with Zoe Quiet' }).waitFor()
    await opened.getByText('new', { exact: true }).waitFor({ state: 'detached' })
  }, 60_000)

  it('is the same after a reload, and what was read is not new again', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const tickets = page.getByRole('navigation', { name: 'Tickets' })
    const shown = page.getByRole('button', { pressed: true })
    const first = await on.newCustomer()
    await on.escalate(first)
    await on.agentSays('Read by the agent')
    await reads(on.ticket, 'Read by the agent')
    await on.workAs('Grace Okafor')
    const second = await on.newCustomer()
    await on.escalate(second)
    const third = await on.newCustomer()
    await tickets.getByRole('button', { name: first }).click()
    const newOnes = await tickets.locator('.unread').count()
    expect(await tickets.getByRole('button', { name: second }).locator('.unread').count()).toBe(0)

    await page.reload()
    await tickets.locator('[aria-current]', { hasText: first }).waitFor()
    expect(await shown.textContent()).toContain(third)
    expect(await page.getByLabel('Work as').locator('option:checked').textContent()).toBe('Grace Okafor')
    expect(await tickets.locator('.unread').count()).toBe(newOnes)
  }, 60_000)
})
