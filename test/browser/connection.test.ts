import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { layCable } from './cable'
import { actorsOn, describeInBrowser, reads, usePage } from './stage'

/** One more than the connections that a browser opens to a host, and the first tab. */
const MORE_TABS = 7

describeInBrowser('the connection of the page', () => {
  const stage = usePage()

  const sayAsAgent = (text: string): void => {
    const { app } = stage.sandbox().world
    const ticket = app.tickets.findLast(({ sessionActive }) => sessionActive)
    app.agent({ id: '9001', name: 'Ada Byron' }).say(ticket?.conversationId ?? '', text)
  }

  it('is up to date again after it was lost', async () => {
    const page = stage.page()
    const cable = await layCable(Number(new URL(stage.sandbox().url).port))
    await page.goto(`http://127.0.0.1:${cable.port}`)
    const { chat, ...on } = actorsOn(page)
    const name = await on.newCustomer()
    await on.escalate(name)
    await cable.cut()
    await page.getByText('Connecting…').waitFor()
    sayAsAgent('Said meanwhile')
    await cable.mend()
    await page.getByText('Live', { exact: true }).waitFor()
    await chat.getByText('Said meanwhile').waitFor()
    expect(await chat.getAttribute('aria-label')).toBe(`Chat of ${name}`)
    await cable.cut()
  }, 60_000)

  it('serves eight tabs, also after the one that held it was closed', async () => {
    const first = stage.page()
    const open = async (): Promise<Page> => {
      const page = await first.context().newPage()
      await page.goto(stage.sandbox().url)
      return page
    }
    const allRead = (pages: Page[], text: string) => Promise.all(pages.map((page) => reads(actorsOn(page).chat, text)))
    await actorsOn(first).escalate('Jane Doe')
    const others = await Promise.all(Array.from({ length: MORE_TABS }, open))
    const eighth = others.at(-1) ?? first
    sayAsAgent('To all tabs')
    await allRead([first, ...others], 'To all tabs')
    await actorsOn(eighth).customerSays('From the eighth')
    await allRead([first, ...others], 'From the eighth')

    const closing = first.close()
    sayAsAgent('At the close')
    await closing
    await allRead(others, 'At the close')
    const now = [...others, await open()]
    await actorsOn(eighth).customerSays('Still heard')
    await allRead(now, 'Still heard')
    for (const page of now) {
      await page.getByText('Live', { exact: true }).waitFor()
      expect(await actorsOn(page).wire.getByRole('listitem').count()).toBeGreaterThan(10)
    }
  }, 90_000)
})
