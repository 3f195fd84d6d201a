import { expect, it } from 'vitest'
import { playSoak } from './soak-play'

it('loses nothing, doubles nothing and keeps the order on a pool of functions under random trouble', async () => {
  const report = await playSoak({ events: 400, customers: 20 })
  expect(report.differences).toEqual([])
  // Four attempts in a few seconds may all meet trouble; Sunco's own five spread over a quarter of an hour.
  if (!report.surroundings.losesEvents) expect(report.hourly).toBeLessThanOrEqual(10)
  expect(report.sessions).toBeGreaterThanOrEqual(20)
  expect(report.agentMessages).toBeGreaterThanOrEqual(200)
  expect(report.customerMessages).toBeGreaterThanOrEqual(130)
  expect(report.faultTotal).toBeGreaterThanOrEqual(130)
}, 180_000)
