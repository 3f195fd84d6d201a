import { expect, it } from 'vitest'
import { playSoak } from './soak-play'

it('loses nothing, doubles nothing and keeps the order where every request meets a new function', async () => {
  const report = await playSoak({ events: 90, customers: 6, cold: true })
  expect(report.differences).toEqual([])
  expect(report.sessions).toBeGreaterThanOrEqual(6)
  expect(report.agentMessages).toBeGreaterThanOrEqual(30)
  expect(report.customerMessages).toBeGreaterThanOrEqual(20)
}, 180_000)
