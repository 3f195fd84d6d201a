import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage, type Actors } from './stage'

const AGENTS = ['Ada Byron', 'Grace Okafor', 'Sam Rivera']
const CONTACTED = 'I have contacted a human agent, please wait.'

describeInBrowser('the connection to Zendesk Support', () => {
  const stage = usePage()

  const start = async (): Promise<Actors & { page: Page; name: string }> => {
    const page = stage.page()
    const on = actorsOn(page)
    return { page, name: await on.newCustomer(), ...on }
  }
  /** Chooses what a select shows, and waits until the server has taken it. */
  const choose = async (page: Page, label: string, value: string): Promise<void> => {
    const taken = page.waitForResponse((response) => response.url().includes('/commands/'))
    await page.getByLabel(label, { exact: true }).selectOption(value)
    expect((await taken).status()).toBe(200)
  }
  const allAre = async (page: Page, presence: string): Promise<void> => {
    for (const agent of AGENTS) await choose(page, agent, presence)
  }
  const flip = async (page: Page, name: string, on: boolean): Promise<void> => {
    const found = page.getByRole('switch', { name })
    await found.click()
    await page.locator(`[aria-label="${name}"][aria-checked=${on}]`).waitFor()
  }

  it('is there from the start: the bot says that somebody is there, and hands over', async () => {
    const { chat, wire, ...on } = await start()
    await on.click('Talk to a person')
    await reads(chat, 'Somebody is there. I hand you over.')
    await reads(chat, CONTACTED)
    await wire.getByRole('listitem').filter({ hasText: 'action_triggered checkAvailability' }).last().waitFor()
  }, 60_000)

  it('lets the bot promise nobody where nobody is there, and hand over anyway', async () => {
    const { page, chat, ticket, name, ...on } = await start()
    await choose(page, AGENTS[0]!, 'away')
    await on.click('Talk to a person')
    await reads(chat, 'Somebody is there.')
    await on.newCustomer()
    await allAre(page, 'offline')
    await on.click('Talk to a person')
    await reads(chat, 'Nobody is there now. You can leave a message')
    await choose(page, AGENTS[1]!, 'away')
    await on.click('Hand over anyway')
    await reads(chat, CONTACTED)
    await on.click('End the session')
    await reads(chat, 'I am back.')
    await on.customerSays('Could I have a person?')
    await expect.poll(() => timesIn(chat, CONTACTED)).toBe(1)
    await expect.poll(() => chat.getByText('Nobody is there now.').count()).toBe(2)
    await on.customerSays('The lid is loose')
    await reads(chat, 'Nobody has read that yet')
    await on.customerSays('hand over anyway')
    await expect.poll(() => timesIn(chat, CONTACTED)).toBe(2)
    await ticket.getByText('The lid is loose').last().waitFor()
    await allAre(page, 'online')
    expect(name).not.toBe('')
  }, 60_000)
})
