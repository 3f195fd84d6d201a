import { chromiumPath, isBrowserRequired } from './browser/chromium'
import { descriptionFile } from './contract/description'

/** Says before the tests, once, which of them cannot be played here. */
export default (): void => {
  const skipped = [
    ...(descriptionFile
      ? []
      : ['Zendesk’s API description is absent: its own tests are skipped, our contract is held.']),
    ...(chromiumPath || isBrowserRequired
      ? []
      : ['No Chromium was found, CHROMIUM_PATH names one: the page’s tests are skipped.']),
  ]
  for (const line of skipped) process.stdout.write(`${line}\n`)
}
