import { expect, it } from 'vitest'
import { describeSoak, runSoak, type SoakReport } from '../../soak/run'

const play = async (options: { events: number; processes: number }): Promise<SoakReport> => {
  // A new seed each time finds what one seed never meets; SOAK_SEED plays a printed one again.
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000)
  const report = await runSoak({ seed, customers: 30, probability: 0.06, ...options })
  console.info(describeSoak(report))
  return report
}

it('loses nothing, doubles nothing and keeps the order under random trouble', async () => {
  const report = await play({ events: 600, processes: 1 })
  expect(report.differences).toEqual([])
  // Five attempts in half a minute may all meet a dead process; Sunco's own five spread over a quarter of an hour.
  expect(report.asked).toBeLessThanOrEqual(3)
  expect(report.sessions).toBeGreaterThanOrEqual(30)
  expect(report.agentMessages).toBeGreaterThanOrEqual(200)
  expect(report.events).toBeGreaterThanOrEqual(500)
  expect(report.faultTotal).toBeGreaterThanOrEqual(200)
}, 180_000)

it('loses nothing and doubles nothing where two processes share the sessions', async () => {
  const report = await play({ events: 400, processes: 2 })
  expect(report.differences).toEqual([])
  expect(report.agentMessages).toBeGreaterThanOrEqual(100)
}, 180_000)
