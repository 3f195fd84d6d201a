import { expect, it } from 'vitest'
import { describeSoak, runSoak } from '../../soak/run'

it('loses nothing, doubles nothing and keeps the order under random trouble', async () => {
  // A new seed each time finds what one seed never meets; SOAK_SEED plays a printed one again.
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000)
  const report = await runSoak({ seed, events: 600, customers: 30, probability: 0.06 })
  console.info(describeSoak(report))
  expect(report.differences).toEqual([])
  // Five attempts in half a minute may all meet a dead process; Sunco's own five spread over a quarter of an hour.
  expect(report.asked).toBeLessThanOrEqual(3)
  expect(report.sessions).toBeGreaterThanOrEqual(30)
  expect(report.agentMessages).toBeGreaterThanOrEqual(200)
  expect(report.events).toBeGreaterThanOrEqual(500)
  expect(report.faultTotal).toBeGreaterThanOrEqual(200)
}, 180_000)
