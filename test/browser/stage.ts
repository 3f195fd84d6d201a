import AxeBuilder from '@axe-core/playwright'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { startSandbox, type SandboxPage } from '../../sandbox/page'
import { chromiumPath, isBrowserRequired, launchChromium } from './chromium'

/** Skipped where there is no browser. */
export const describeInBrowser = describe.skipIf(chromiumPath === undefined && !isBrowserRequired)

/** Generous: a redelivery may have to come first. */
export const WITHIN_MS = 25_000

const patiently = { timeout: WITHIN_MS }

export type Stage = {
  sandbox: () => SandboxPage
  page: () => Page
  /** As another tab would send it. */
  command: <Answer>(name: string, input: object) => Promise<Answer>
}

/** A sandbox for a file of tests, and a fresh page for each of them. */
export const usePage = (): Stage => {
  let sandbox: SandboxPage | undefined
  let browser: Browser | undefined
  let page: Page | undefined
  const errors: string[] = []

  beforeAll(async () => {
    sandbox = await startSandbox()
    browser = await launchChromium()
  }, 60_000)
  beforeEach(async () => {
    const context = await browser?.newContext({ viewport: { width: 1440, height: 1000 } })
    page = await context?.newPage()
    page?.setDefaultTimeout(WITHIN_MS)
    page?.on('pageerror', (error) => errors.push(error.message))
    await page?.goto(sandbox?.url ?? '')
  })
  afterEach(async () => {
    await page?.context().close()
    expect(errors.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.close()
  }, 60_000)

  const set = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('the stage is not set')
    return thing
  }
  return {
    sandbox: () => set(sandbox),
    page: () => set(page),
    command: async <Answer>(name: string, input: object) => {
      const response = await fetch(`${set(sandbox).url}/commands/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await response.json()) as Answer
    },
  }
}

export type Actors = {
  /** The chat of the customer on show. */
  chat: Locator
  /** The conversation of the ticket on show. */
  ticket: Locator
  wire: Locator
  click: (button: string) => Promise<void>
  customerSays: (text: string) => Promise<void>
  agentSays: (text: string) => Promise<void>
  workAs: (agent: string) => Promise<unknown>
  flip: (name: string) => Promise<void>
  /** Adds a customer and resolves to the name, once that one's chat is shown. */
  newCustomer: () => Promise<string>
  /** The customer on show asks for a person, and the ticket that opens is put on show. */
  escalate: (customer: string) => Promise<void>
}

/** The two panes as a person uses them. */
export const actorsOn = (page: Page): Actors => {
  const chat = page.getByRole('log', { name: /^Chat of/ })
  const ticket = page.getByRole('log', { name: /^Conversation of ticket/ })
  const click = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  const fill = async (label: string, text: string, button: string): Promise<void> => {
    await page.getByLabel(label).fill(text)
    await click(button)
    // The field is emptied once the server has taken what was in it.
    await expect.poll(() => page.getByLabel(label).inputValue(), patiently).toBe('')
  }
  return {
    ...{ chat, ticket, click },
    wire: page.getByRole('log', { name: 'Wire' }),
    customerSays: (text: string) => fill('Message of the customer', text, 'Send as the customer'),
    agentSays: (text: string) => fill('Reply of the agent', text, 'Send as the agent'),
    workAs: (name: string) => page.getByLabel('Work as').selectOption({ label: name }),
    flip: (name: string) => page.getByRole('switch', { name }).click(),
    newCustomer: async () => {
      const before = await chat.getAttribute('aria-label')
      await click('New customer')
      await expect.poll(() => chat.getAttribute('aria-label'), patiently).not.toBe(before)
      return (await chat.getAttribute('aria-label'))?.replace('Chat of ', '') ?? ''
    },
    escalate: async (name) => {
      await click('Talk to a person')
      // An earlier ticket of the same customer is in the list until the new one opens.
      const entry = page.getByRole('navigation', { name: 'Tickets' }).getByRole('button', { name })
      await entry.filter({ hasText: 'live' }).first().click()
      await page.getByRole('heading', { name: `Conversation with ${name}` }).waitFor()
      await page.getByText('waiting for a person').last().waitFor()
      await page.getByRole('button', { name: 'End the session' }).waitFor()
    },
  }
}

export const reads = async (log: Locator, text: string): Promise<void> =>
  log.getByText(text).last().waitFor({ timeout: WITHIN_MS })

/** How often a text stands in a log. */
export const timesIn = (log: Locator, text: string): Promise<number> => log.getByText(text, { exact: true }).count()

/**
 * What is wrong by the rules of accessibility. The page has no frames, and what is right is not asked for: both cost
 * much time.
 */
export const violationsOn = async (page: Page): Promise<string[]> => {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
