import { expect, it } from 'vitest'
import { samplePicture } from '../../sandbox/page/samples'
import { actorsOn, describeInBrowser, reads, timesIn, usePage, WITHIN_MS } from './stage'

describeInBrowser('a handoff, played from both panes', () => {
  const stage = usePage()

  it('begins with a hint at the first step, which is gone once it was taken', async () => {
    const page = stage.page()
    const { chat, ...on } = actorsOn(page)
    const [hint, field] = [page.locator('.first-step'), page.getByLabel('Message of the customer')]
    await hint.click()
    expect(await field.inputValue()).toBe('I want to talk to a person')
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.reload()
    await expect.poll(() => field.inputValue()).toBe('I want to talk to a person')
    await on.customerSays('hello')
    await reads(chat, 'hello')
    await hint.waitFor({ state: 'detached' })
    await on.newCustomer()
    expect(await hint.count()).toBe(0)
  }, 60_000)

  it('goes from the bot to an agent, over to another one, and back', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    await on.customerSays('What are your opening hours?')
    await reads(chat, 'Monday to Friday')
    await on.customerSays('And my order 1234?')
    await reads(chat, 'Order 1234 left our warehouse')
    await on.escalate('Jane Doe')
    await reads(chat, 'I have contacted a human agent, please wait.')

    await reads(ticket, 'And my order 1234?')
    const facts = page.getByRole('article')
    await facts.getByText('jane.doe@example.com').waitFor()
    await facts.getByText('high', { exact: true }).waitFor()
    await facts.getByText('order', { exact: true }).waitFor()
    await facts.getByText('1234', { exact: true }).waitFor()

    await on.customerSays('Are you there?')
    await reads(ticket, 'Are you there?')
    await on.agentSays('Hello Jane, see https://example.com/help')
    await reads(chat, 'Ada Byron has joined the conversation.')
    const link = chat.getByRole('link', { name: 'https://example.com/help' })
    expect(await link.getAttribute('rel')).toContain('noopener')

    const { name, mediaType, bytes } = samplePicture('Parcel', 30)
    await page
      .getByLabel('Send a picture to the customer')
      .setInputFiles({ name, mimeType: mediaType, buffer: Buffer.from(bytes) })
    await chat.getByRole('img', { name: 'parcel.svg' }).waitFor()
    const file = { name: 'terms.txt', mimeType: 'text/plain', buffer: Buffer.from('Terms') }
    await page.getByLabel('Send a file to the customer').setInputFiles(file)
    await chat.getByRole('link', { name: 'terms.txt' }).waitFor()
    await on.click('Buttons')
    await reads(chat, 'Pay me back')
    await on.click('Carousel')
    await reads(chat, 'See the red kettle')

    await on.workAs('Grace Okafor')
    await on.agentSays('Grace here, I take over.')
    await reads(chat, 'Grace Okafor has joined the conversation.')
    await page.getByText('with Grace Okafor').last().waitFor()
    expect(await timesIn(chat, 'Ada Byron has joined the conversation.')).toBe(1)

    await on.click('Automated message')
    await ticket.getByText('automated', { exact: true }).waitFor()

    await on.click('End session')
    await reads(chat, 'The human agent closed the conversation.')
    await reads(chat, 'I am back. Is there anything else?')
    await page.getByText('The session is over').waitFor()
    await on.click('Close ticket')
    await page.getByText('session ended · closed').waitFor()
    await on.customerSays('hello')
    await reads(chat, 'I know our opening hours')
  }, 90_000)

  it('shows the agent a private attachment that others may not open', async () => {
    const page = stage.page()
    const { ticket, ...on } = actorsOn(page)
    const name = await on.newCustomer()
    await on.escalate(name)
    await page.getByLabel('Private attachment').check()
    const { name: fileName, mediaType, bytes } = samplePicture('Secret plan', 120)
    await page
      .getByLabel('Send a picture to the customer')
      .setInputFiles({ name: fileName, mimeType: mediaType, buffer: Buffer.from(bytes) })
    const image = ticket.getByRole('img', { name: fileName })
    await image.waitFor()
    await expect
      .poll(() => image.evaluate((element) => 'naturalWidth' in element && element.naturalWidth), {
        timeout: WITHIN_MS,
      })
      .toBe(320)
    const stored = [...stage.sandbox().world.app.attachments.values()].find((one) => one.name === fileName)
    expect((await fetch(stored?.mediaUrl ?? '')).status).toBe(401)
    await on.click('End the session')
    await page.getByText('You have ended the session with the human agent.').waitFor()
    await page.getByText('The session is over').waitFor()
  }, 60_000)

  it('passes automated messages on where the configuration says so, and says why one was not', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    const automated = async (text: string) => {
      await page.getByLabel('Reply of the agent').fill(text)
      await on.click('Automated message')
      return ticket.getByRole('listitem').filter({ hasText: text })
    }
    await on.escalate(await on.newCustomer())
    const kept = await automated('Kept back')
    await kept.getByText('“Forward automated messages” is off').waitFor()
    await on.flip('Forward automated messages')
    await page.getByRole('switch', { name: 'Forward automated messages', checked: true }).waitFor()
    const early = await automated('Too early')
    await early.getByText('No agent has joined yet').waitFor()
    await on.agentSays('Here I am')
    await reads(chat, 'Here I am')
    const passed = await automated('How did we do?')
    await reads(chat, 'How did we do?')
    expect(await passed.getByText('Not delivered').count()).toBe(0)
    expect(await timesIn(chat, 'Kept back')).toBe(0)
    expect(await timesIn(chat, 'Too early')).toBe(0)
    await on.flip('Forward automated messages')
  }, 60_000)

  it('shows the tags of the session as they come', async () => {
    const page = stage.page()
    const { chat, ...on } = actorsOn(page)
    await on.escalate(await on.newCustomer())
    await page.getByText('Tags of the session').click()
    const tags = page.locator('.session-tags')
    const tag = (name: string) => tags.locator('.pair').filter({ hasText: new RegExp(`^${name}`) })
    await tag('startedAt')
      .getByText(/^\d{4}-\d\d-\d\dT/)
      .waitFor()
    expect(await tag('agentName').count()).toBe(0)
    await on.workAs('Sam Rivera')
    await on.agentSays('Hello')
    await reads(chat, 'Hello')
    await tag('agentName').getByText('Sam Rivera').waitFor()
    await on.click('End session')
    await tag('endReason').getByText('released').waitFor()
    await tag('live').waitFor({ state: 'detached' })
  }, 60_000)

  it('keeps two customers apart', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    const first = await on.newCustomer()
    await on.escalate(first)
    const second = await on.newCustomer()
    await on.escalate(second)

    await on.agentSays('For the second')
    await reads(chat, 'For the second')
    const tickets = page.getByRole('navigation', { name: 'Tickets' })
    await tickets.getByRole('button', { name: first }).first().click()
    await on.agentSays('For the first')
    await page.getByRole('list', { name: 'Customers' }).getByRole('button', { name: first }).click()
    await reads(chat, 'For the first')
    expect(await timesIn(chat, 'For the second')).toBe(0)
    expect(await timesIn(ticket, 'For the second')).toBe(0)

    await page.getByRole('list', { name: 'Customers' }).getByRole('button', { name: second }).click()
    await tickets.getByRole('button', { name: first }).first().click()
    await on.customerSays('News from the second')
    await tickets.getByText('1 new').waitFor()
  }, 60_000)

  it('shows what people write as text, and opens web addresses only', async () => {
    const page = stage.page()
    const { chat, ticket, ...on } = actorsOn(page)
    const name = await on.newCustomer()
    await on.escalate(name)
    const evil = '<img src=x onerror="document.title=1"> javascript:alert(1)'
    await on.customerSays(evil)
    await reads(ticket, evil)
    await on.agentSays(evil)
    await chat.locator('.line.agent').getByText(evil).waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(await page.locator('.log a:not([href^="http"])').count()).toBe(0)
    expect(await page.title()).toBe('Handoff sandbox')
  }, 60_000)
})
