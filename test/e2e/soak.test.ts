import { expect, it } from 'vitest'
import { playSoak } from './soak-play'

it('loses nothing, doubles nothing and keeps the order on a pool of functions under random trouble', async () => {
  const report = await playSoak({ events: 600, customers: 30 })
  expect(report.differences).toEqual([])
  // Four attempts in a few seconds may all meet trouble; Sunco's own five spread over a quarter of an hour.
  if (!report.surroundings.losesEvents) expect(report.hourly).toBeLessThanOrEqual(10)
  expect(report.sessions).toBeGreaterThanOrEqual(30)
  expect(report.agentMessages).toBeGreaterThanOrEqual(300)
  expect(report.customerMessages).toBeGreaterThanOrEqual(200)
  expect(report.faultTotal).toBeGreaterThanOrEqual(200)
}, 180_000)
