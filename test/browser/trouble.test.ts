import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage } from './stage'

describeInBrowser('trouble', () => {
  const stage = usePage()

  const startSession = async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const name = await on.newCustomer()
    await on.escalate(name)
    return { page, name, ...on }
  }

  it('brings an agent’s message once when Botpress comes back', async () => {
    const { wire, chat, ...on } = await startSession()
    await on.agentSays('Before')
    await reads(chat, 'Before')
    await on.flip('Botpress down')
    await on.agentSays('While it was down')
    await wire.getByRole('listitem').filter({ hasText: 'Botpress' }).filter({ hasText: '503' }).first().waitFor()
    expect(await timesIn(chat, 'While it was down')).toBe(0)
    await on.flip('Botpress down')
    await reads(chat, 'While it was down')
    await stage.sandbox().world.sunco.settled()
    expect(await timesIn(chat, 'While it was down')).toBe(1)
  }, 90_000)

  it('brings a message once that was delivered three times', async () => {
    const { chat, ...on } = await startSession()
    await on.flip('Duplicate delivery')
    await on.agentSays('Only once')
    await reads(chat, 'Only once')
    await stage.sandbox().world.sunco.settled()
    await on.agentSays('And the next')
    await reads(chat, 'And the next')
    await on.flip('Duplicate delivery')
    expect(await timesIn(chat, 'Only once')).toBe(1)
    expect(await timesIn(chat, 'Ada Byron has joined the conversation.')).toBe(1)
  }, 60_000)

  it('shows a forged webhook refused, and nothing of it in the chat', async () => {
    const { page, wire, chat, ...on } = await startSession()
    await on.click('Forge a webhook')
    await page.getByText('The forged webhook was answered with 401.').waitFor()
    const forged = wire.getByRole('listitem').filter({ hasText: 'Stranger' }).last()
    await forged.filter({ hasText: '401' }).waitFor()
    await on.agentSays('I am real')
    await reads(chat, 'I am real')
    expect(await timesIn(chat, 'Send me your password.')).toBe(0)
  }, 60_000)

  it('goes on after a restart in the middle of a session', async () => {
    const { page, chat, ticket, ...on } = await startSession()
    await on.agentSays('Before the restart')
    await reads(chat, 'Before the restart')
    await on.click('Restart the integration')
    await page.getByText('runs again, with an empty memory').waitFor()
    await on.agentSays('After the restart')
    await reads(chat, 'After the restart')
    await on.customerSays('Still here')
    await reads(ticket, 'Still here')
    await on.click('End session')
    await reads(chat, 'The human agent closed the conversation.')
    expect(await timesIn(chat, 'Before the restart')).toBe(1)
  }, 60_000)

  it('posts again after 429, and waits for a slow Sunco', async () => {
    const { page, wire, ticket, ...on } = await startSession()
    await on.click('429 for two posts')
    await page.getByRole('button', { name: '429: 2 to come' }).waitFor()
    await on.customerSays('Through the crowd')
    await reads(ticket, 'Through the crowd')
    await wire.getByRole('listitem').filter({ hasText: '429' }).nth(1).waitFor()
    await on.flip('Sunco slow')
    await on.customerSays('Slowly')
    await wire.locator('.wire-status.open').first().waitFor()
    await reads(ticket, 'Slowly')
    await on.flip('Sunco slow')
    expect(await timesIn(ticket, 'Through the crowd')).toBe(1)
  }, 60_000)

  it('marks a customer’s message that was not delivered, with the reason', async () => {
    const { page, wire, chat, ticket, ...on } = await startSession()
    await on.customerSays('Delivered')
    await reads(ticket, 'Delivered')
    await on.flip('Sunco slow')
    await on.customerSays('Lost')
    await wire.getByRole('listitem').filter({ hasText: 'message_created' }).filter({ hasText: '…' }).waitFor()
    await on.click('Restart the integration')
    const lost = chat.getByRole('listitem').filter({ hasText: 'Lost' })
    const reason = lost.getByText('Not delivered. The integration answered 502')
    await reason.waitFor()
    const colourOf = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).color)
    expect(await colourOf(reason)).not.toBe(await colourOf(lost.locator('.who')))
    await on.flip('Sunco slow')
    await on.customerSays('Delivered again')
    await reads(ticket, 'Delivered again')
    expect(await page.getByText('Not delivered.').count()).toBe(1)
    expect(await timesIn(ticket, 'Lost')).toBe(0)
  }, 60_000)

  it('tells of a handoff that failed, under the promise of a person', async () => {
    const { chat, ...on } = actorsOn(stage.page())
    const name = await on.newCustomer()
    await on.flip('Botpress down')
    await on.click('Talk to a person')
    await reads(chat, 'The handoff failed: ')
    await on.flip('Botpress down')
    const lines = await chat.getByRole('listitem').allTextContents()
    expect(lines.at(-2)).toContain('I have contacted a human agent, please wait.')
    expect(lines.at(-1)).toContain('does not tell the customer')
    expect(lines.at(-1)).not.toContain('..')
    await on.escalate(name)
    expect(await chat.getByRole('listitem').last().textContent()).toContain('I have contacted a human agent')
  }, 60_000)
})
