import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../../test/browser/chromium'
import { startSandbox } from './index'

/** Another place may be given; with `--all` after it, the page is shown in all widths as well, light and dark. */
const target = process.argv[2] ?? path.resolve(__dirname, '../../docs/sandbox.png')

const chat = (page: Page) => page.getByRole('log', { name: /^Chat of/ })
const seen = (page: Page, text: string): Promise<void> => chat(page).getByText(text).last().waitFor({ timeout: 20_000 })

const say = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Message of the customer').fill(text)
  await page.getByRole('button', { name: 'Send as the customer' }).click()
}

const reply = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Reply of the agent').fill(text)
  await page.getByRole('button', { name: 'Send as the agent' }).click()
}

/** A handoff that shows most of what the page can do. */
const play = async (page: Page): Promise<void> => {
  await say(page, 'Where is my order 1234?')
  await seen(page, 'left our warehouse')
  await page.getByRole('button', { name: 'Talk to a person' }).click()
  await page.getByRole('button', { name: 'End the session' }).waitFor()
  await page.getByLabel('Reply of the agent').waitFor()
  await say(page, 'The kettle came with a dent.')
  await reply(page, 'Hello Jane, I am sorry to hear that. Which one may I send you?')
  await seen(page, 'Which one may I send you')
  await page.getByRole('button', { name: 'Carousel' }).click()
  await seen(page, 'See the red kettle')
  await say(page, 'The blue one, please!')
  await page.getByRole('button', { name: 'New customer' }).click()
  await page.getByRole('log', { name: 'Chat of Tom Baker' }).waitFor()
  await say(page, 'Could I speak with an agent?')
  await page.getByRole('button', { name: 'Tom Baker' }).nth(1).waitFor()
  await page.getByRole('button', { name: 'Jane Doe' }).first().click()
  await page.getByRole('button', { name: 'Forge a webhook' }).click()
  await page.getByText('The forged webhook was answered with 401.').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
}

const main = async (): Promise<void> => {
  const sandbox = await startSandbox()
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    await page.goto(sandbox.url)
    await play(page)
    await mkdir(path.dirname(target), { recursive: true })
    await page.screenshot({ path: target, fullPage: true })
    if (!process.argv.includes('--all')) return
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [375, 820, 1440, 1920]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        await page.screenshot({ path: target.replace('.png', `-${width}-${colorScheme}.png`), fullPage: true })
      }
    }
  } finally {
    await browser.close()
    await sandbox.close()
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`no screenshot: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
)
