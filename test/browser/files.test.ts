import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { actorsOn, describeInBrowser, reads, timesIn, usePage } from './stage'

const MB = 1024 * 1024

describeInBrowser('large files', () => {
  const stage = usePage()
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'large-files-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const fileOf = async (megabytes: number): Promise<string> => {
    const file = path.join(folder, `${megabytes}.bin`)
    await writeFile(file, '')
    await truncate(file, megabytes * MB)
    return file
  }

  it('reach the integration, which takes 50 MB, and are refused by the page with its own limit', async () => {
    const page = stage.page()
    const { chat, ...on } = actorsOn(page)
    const picker = page.getByLabel('Send a file to the customer')
    await on.escalate(await on.newCustomer())
    await page.getByLabel('Private attachment').check()
    await picker.setInputFiles(await fileOf(50))
    await chat.getByRole('link', { name: '50.bin' }).waitFor()
    await picker.setInputFiles(await fileOf(64))
    await reads(chat, 'This file cannot be shown here: 64.bin')

    await picker.setInputFiles(await fileOf(65))
    await page.getByText('The page takes files of up to 64 MB; 65.bin has 65 MB.').waitFor()
    await on.agentSays('And nothing else')
    await reads(chat, 'And nothing else')
    expect(await timesIn(chat, '65.bin')).toBe(0)
  }, 120_000)

  it('are not the only thing whose size is refused in words', async () => {
    const response = await fetch(`${stage.sandbox().url}/commands/customer-say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'customer-1', text: 'x'.repeat(2 * MB) }),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ error: 'That is too long' })
  })
})
