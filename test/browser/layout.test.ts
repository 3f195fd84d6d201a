import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, usePage } from './stage'

type Box = { x: number; y: number; width: number; height: number }

const boxOf = async (locator: Locator): Promise<Box> => {
  const box = await locator.boundingBox()
  if (!box) throw new Error('it is not to be seen')
  return box
}

const boxesOf = async (locator: Locator): Promise<Box[]> => Promise.all((await locator.all()).map(boxOf))

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

describeInBrowser('the layout', () => {
  const stage = usePage()

  it('has room for notices, which cover no pane and break no word', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    await page.setViewportSize({ width: 1440, height: 900 })
    await on.click('Forge a webhook')
    await page.getByText('was answered with 401').waitFor()
    await on.click('Restart the integration')
    await page.getByText('runs again, with an empty memory').waitFor()
    const dismiss = page.getByRole('button', { name: 'Dismiss' })
    expect(await dismiss.count()).toBe(2)
    for (const width of [1440, 820, 375]) {
      await page.setViewportSize({ width, height: 900 })
      await page.locator('main').evaluate((element) => element.scrollTo(0, 300))
      const panes = await boxOf(page.locator('main'))
      for (const notice of await boxesOf(dismiss.locator('..'))) {
        expect(overlap(notice, panes), `at ${width}`).toBe(false)
        expect(notice.y, `at ${width}`).toBeGreaterThanOrEqual(0)
        expect(notice.height, `at ${width}`).toBeLessThan(80)
      }
      for (const button of await boxesOf(dismiss)) expect(button.height, `at ${width}`).toBeLessThan(40)
    }
    await dismiss.first().click()
    await expect.poll(() => dismiss.count()).toBe(1)
  }, 60_000)

  it('cuts nothing, however long names are and whatever the width', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    const name = 'Maximiliane Wolkenstein-Donaudampfschifffahrtsgesellschaft'
    await Promise.all(Array.from({ length: 40 }, () => stage.command('add-customer', {})))
    await stage.command('add-customer', { name })
    const chip = page.getByRole('list', { name: 'Customers' }).getByRole('button', { name })
    await chip.click()
    await on.escalate(name)
    await on.customerSays(`${'unbroken'.repeat(20)} https://example.com/${'path/'.repeat(40)}`)
    await reads(on.ticket, 'unbroken')
    await page.reload()
    await page.getByRole('heading', { name: `Conversation with ${name}` }).waitFor()
    const [inner, outer] = [await boxOf(chip), await boxOf(page.locator('.chips'))]
    expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height)

    await page.getByText('Tags of the session').click()
    for (const width of [375, 820, 1440, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      const beyond = await page.evaluate(() => {
        const isBeyond = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }: Element, isWhole: boolean) =>
          scrollWidth > clientWidth || (isWhole && scrollHeight > clientHeight)
        const frames = document.querySelectorAll('main, .log, .composer, .staff-bar, .troubles, .trouble-choice')
        const whole = [document.documentElement, ...document.querySelectorAll('.pane, .chat, .ticket')]
        return [
          ...[...frames].filter((element) => isBeyond(element, false)),
          ...whole.filter((element) => isBeyond(element, true)),
        ].map(({ className, tagName }) => className || tagName)
      })
      expect(beyond, `at ${width}`).toEqual([])
      const panes = await boxesOf(page.locator('.pane'))
      expect(panes).toHaveLength(5)
      for (const pane of panes)
        expect(
          panes.filter((other) => overlap(pane, other)),
          `at ${width}`
        ).toEqual([pane])
    }
  }, 60_000)

  it('keeps a chat at its end while the window is made smaller', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    await on.newCustomer()
    await on.customerSays('a line\n'.repeat(60))
    await reads(on.chat, 'a line')
    const below = (): Promise<number> =>
      on.chat.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)
    await expect.poll(below).toBeLessThan(2)
    for (let height = 1400; height >= 700; height -= 100) await page.setViewportSize({ width: 1440, height })
    await expect.poll(below).toBeLessThan(2)

    // As a window that is made larger and smaller again before the page has drawn it.
    await on.chat.evaluate(({ style, clientHeight }) => {
      style.minHeight = `${clientHeight + 300}px`
      document.body.getBoundingClientRect()
      style.minHeight = ''
      window.dispatchEvent(new Event('resize'))
    })
    await page.waitForTimeout(200)
    expect(await below()).toBeLessThan(2)
  }, 60_000)

  it('has an icon that its own security policy lets through', async () => {
    const page = stage.page()
    const href = await page.locator('link[rel=icon]').getAttribute('href')
    const width = await page.evaluate(async (src) => {
      const image = new Image()
      image.src = src ?? ''
      await image.decode()
      return image.naturalWidth
    }, href)
    expect(width).toBeGreaterThan(0)
  })

  it('shows both sides, trouble, functions and wire together where there is room', async () => {
    const page = stage.page()
    const on = actorsOn(page)
    await page.setViewportSize({ width: 1440, height: 900 })
    await on.escalate(await on.newCustomer())
    await on.agentSays('Hello')
    for (const pane of ['customer', 'desk', 'trouble', 'function', 'wire']) {
      const { x, y, width, height } = await boxOf(page.locator(`.${pane}-pane`))
      expect(height, pane).toBeGreaterThan(pane === 'function' ? 60 : 200)
      expect(Math.min(x, y), pane).toBeGreaterThanOrEqual(0)
      expect(x + width, pane).toBeLessThanOrEqual(1440)
      expect(y + height, pane).toBeLessThanOrEqual(900)
    }
    const calls = await boxOf(on.wire)
    expect(calls.height).toBeGreaterThan(150)
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900)
  }, 60_000)
})
