import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage, WITHIN_MS, type Actors } from './stage'

const AGENTS = ['Ada Byron', 'Grace Okafor', 'Sam Rivera']
const CONTACTED = 'I have contacted a human agent, please wait.'
/** Nobody knows how long it will take. */
const PROMISE = /\b(soon|shortly|minutes?|seconds?|right away|at once|waiting time)\b/i

const patiently = { timeout: WITHIN_MS }

/** Does what the page sends to its server, and resolves once that has carried it out. */
const carriedOut = async (page: Page, act: () => Promise<unknown>): Promise<void> => {
  const answer = page.waitForResponse((response) => response.url().includes('/commands/'))
  await act()
  expect((await answer).status()).toBe(200)
}

const choose = (page: Page, label: string, value: string): Promise<void> =>
  carriedOut(page, () => page.getByLabel(label, { exact: true }).selectOption(value))

const flip = (page: Page, name: string): Promise<void> =>
  carriedOut(page, () => page.getByRole('switch', { name }).click())

const allAre = async (page: Page, presence: string): Promise<void> => {
  for (const agent of AGENTS) await choose(page, agent, presence)
}

/** As the page writes it: this process runs the page's server. */
const morningIn = (days: number): string => {
  const now = new Date()
  const morning = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, 9))
  return morning.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
}

describeInBrowser('the connection to Zendesk Support', () => {
  const stage = usePage()

  const begin = async (): Promise<Actors & { page: Page; name: string; article: Locator }> => {
    const page = stage.page()
    const on = actorsOn(page)
    return { page, name: await on.newCustomer(), article: page.getByRole('article'), ...on }
  }

  it('is there from the start: the bot says that somebody is there, and hands over', async () => {
    const { chat, wire, ...on } = await begin()
    await on.click('Talk to a person')
    await reads(chat, 'Somebody is there. I hand you over.')
    await reads(chat, CONTACTED)
    expect(await chat.textContent()).not.toMatch(PROMISE)
    await wire.getByRole('listitem').filter({ hasText: 'action_triggered checkAvailability' }).first().waitFor()
  }, 60_000)

  it('lets the bot promise nobody where nobody is there, until the customer wants it all the same', async () => {
    const { page, chat, ticket, ...on } = await begin()
    await allAre(page, 'offline')
    await choose(page, 'Grace Okafor', 'away')
    await on.click('Talk to a person')
    await reads(chat, 'Nobody is there now. You can leave a message')
    expect(await chat.textContent()).not.toMatch(PROMISE)
    await on.customerSays('The lid is loose')
    await reads(chat, 'Nobody has read that yet')
    expect(await timesIn(chat, CONTACTED)).toBe(0)
    await on.click('Hand over anyway')
    await reads(chat, CONTACTED)
    await ticket.getByText('The lid is loose').last().waitFor()

    await on.newCustomer()
    await choose(page, 'Sam Rivera', 'online')
    await on.click('Talk to a person')
    await reads(chat, 'Somebody is there.')
    await allAre(page, 'online')
  }, 60_000)

  it('is read anew by every function as soon as something is changed at the page', async () => {
    const { page } = await begin()
    const { installation, integration } = stage.sandbox().world
    /** One after the other, each function having rested longest in its turn. */
    const found = async (): Promise<unknown[]> => {
      const answers = new Set<string>()
      for (let left = integration.functions().length; left > 0; left--) {
        const { status, reason } = await installation.callAction('checkAvailability', {})
        answers.add(`${String(status)} ${String(reason)}`)
      }
      return [...answers]
    }
    expect(await found()).toEqual(['available agentsOnline'])
    await choose(page, 'Business hours', 'closed')
    expect(await found()).toEqual(['unavailable outsideHours'])
    await choose(page, 'Business hours', 'open')
    await allAre(page, 'offline')
    expect(await found()).toEqual(['unavailable noAgentOnline'])
    await allAre(page, 'online')
    expect(await found()).toEqual(['available agentsOnline'])
  }, 60_000)

  it('lets the bot say when it opens', async () => {
    const { page, chat, ...on } = await begin()
    await choose(page, 'Business hours', 'closed')
    await on.click('Talk to a person')
    await reads(chat, `Nobody is there now. We open on ${morningIn(1)} at `)
    await on.newCustomer()
    await choose(page, 'Business hours', 'holiday')
    await on.click('Talk to a person')
    await reads(chat, `Nobody is there now. We open on ${morningIn(2)} at `)
    expect(await chat.textContent()).not.toMatch(PROMISE)
    for (const hours of ['none', 'open']) {
      await on.newCustomer()
      await choose(page, 'Business hours', hours)
      await on.click('Talk to a person')
      await reads(chat, 'Somebody is there.')
    }
  }, 60_000)

  it.each([
    { how: 'down', status: '503' },
    { how: 'hangs', status: 'none' },
    { how: 'forbids', status: '403' },
  ])(
    'lets the bot hand over as ever where Support $how',
    async ({ how, status }) => {
      const { page, wire, chat, ...on } = await begin()
      await choose(page, 'Support', how)
      await on.click('Clear')
      await on.click('Talk to a person')
      await reads(chat, 'I cannot see whether somebody is there.')
      await reads(chat, CONTACTED)
      expect(await chat.textContent()).not.toMatch(PROMISE)
      await wire.getByRole('listitem').filter({ hasText: 'Support' }).filter({ hasText: status }).first().waitFor()
      await choose(page, 'Support', 'none')
    },
    60_000
  )

  it('shows the ticket’s subject, tags and internal note, and the session’s tags', async () => {
    const { page, chat, ticket, article, name, ...on } = await begin()
    await on.customerSays('What about order 77?')
    await on.escalate(name)
    await on.agentSays('Hello')
    await article.getByRole('heading', { name: 'Order 77', exact: true }).waitFor()
    await article.getByText(/^bp_s_/).waitFor()
    await article.getByText('order', { exact: true }).waitFor()
    await page.getByText('Tags of the session').click()
    const { support } = stage.sandbox().world
    const address = `${support.url}/agent/tickets/`
    await page.locator('.session-tags').getByText(address).waitFor()
    expect(await ticket.getByText('Internal notes').count()).toBe(0)

    await on.click('End session')
    const note = 'is over: control was given up, as it is when an agent ends the session.'
    await reads(ticket, note)
    await reads(chat, 'I am back.')
    expect(await chat.getByText(note).count()).toBe(0)

    await flip(page, 'Note on end')
    await on.escalate(name)
    await on.agentSays('Hello again')
    await reads(chat, 'Hello again')
    await on.click('End session')
    await page.getByText('session ended').waitFor()
    await reads(chat, 'I am back.')
    await stage.sandbox().world.sunco.settled()
    expect(await ticket.getByText(note).count()).toBe(0)
    await flip(page, 'Note on end')
    expect(support.misuse).toEqual([])
  }, 60_000)

  it('can be switched off: the bot asks nobody, and the ticket stays as Zendesk opened it', async () => {
    const { page, chat, article, wire, name, ...on } = await begin()
    await flip(page, 'Zendesk Support')
    await on.click('Clear')
    await on.escalate(name)
    await on.agentSays('Hello')
    await reads(chat, 'Hello')
    await stage.sandbox().world.sunco.settled()
    expect(await wire.getByRole('listitem').filter({ hasText: 'Support' }).count()).toBe(0)
    expect(await chat.getByText('Somebody is there').count()).toBe(0)
    expect(await article.getByRole('heading').textContent()).toBe(`Conversation with ${name}`)
    expect(await article.getByText(/^bp_s_/).count()).toBe(0)
    expect(stage.sandbox().world.installation.configuration.supportClientSecret).toBeUndefined()
    await flip(page, 'Zendesk Support')
    await wire.getByRole('listitem').filter({ hasText: 'Support' }).first().waitFor()
  }, 60_000)

  it('has its calls on the wire, as those of a party of its own', async () => {
    const { page, wire, chat, name, ...on } = await begin()
    const rows = wire.getByRole('listitem')
    await on.escalate(name)
    await on.agentSays('Hello')
    await reads(chat, 'Hello')
    await page.getByLabel('Calls of the customer').selectOption(name)
    await rows.filter({ hasText: 'update ticket' }).waitFor()
    await page.getByLabel('Calls from or to').selectOption('Support')
    await expect.poll(() => rows.filter({ hasNotText: 'Support' }).count(), patiently).toBe(0)
    await page.getByLabel('Calls of the customer').selectOption('All customers')
    for (const operation of ['create token', 'list agent availabilities', 'list schedules', 'list tickets'])
      await rows.filter({ hasText: operation }).first().waitFor()
    await page.getByLabel('Calls from or to').selectOption('All parties')
    await rows.filter({ hasText: 'startHitl' }).first().waitFor()
    const colours = await Promise.all(
      ['sunco', 'botpress', 'support', 'integration'].map((party) =>
        wire
          .locator(`.party.${party}`)
          .first()
          .evaluate((element) => getComputedStyle(element).color)
      )
    )
    expect(new Set(colours).size).toBe(4)
  }, 60_000)
})
