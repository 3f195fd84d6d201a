import { describeSoak, type SoakReport } from '../../soak/report'
import { runSoak } from '../../soak/run'

/** Plays a small soak. A new seed each time finds what one seed never meets; SOAK_SEED plays a printed one again. */
export const playSoak = async (options: { events: number; customers: number; cold?: boolean }): Promise<SoakReport> => {
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000)
  const report = await runSoak({ seed, probability: 0.06, ...options })
  // The seed is all that is needed to play it again.
  if (report.differences.length > 0) console.info(describeSoak(report))
  return report
}
