import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PLACES = [
  // The same without windows: less work for the processor.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

const { CHROMIUM_PATH } = process.env

/** The system's Chromium, or the one that CHROMIUM_PATH names. */
export const chromiumPath = (CHROMIUM_PATH ? [CHROMIUM_PATH] : PLACES).find((path) => existsSync(path))

/** On CI, a browser that is missing is a failure. */
export const isBrowserRequired = ['1', 'true'].includes(process.env.CI ?? '')

export const launchChromium = (): Promise<Browser> => {
  if (chromiumPath === undefined) throw new Error('no Chromium was found; set CHROMIUM_PATH to one')
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
