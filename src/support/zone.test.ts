import { describe, expect, it } from 'vitest'
import { toIanaZone, zendeskZones } from './zone'

describe('time zones', () => {
  it('has all that Zendesk offers, each known to the calendar of this process', () => {
    expect(zendeskZones.size).toBe(151)
    for (const name of zendeskZones.keys()) expect(toIanaZone(name), name).toBeDefined()
  })

  it.each([
    ['Eastern Time (US & Canada)', 'America/New_York'],
    ['Hong Kong', 'Asia/Hong_Kong'],
    ['Kyiv', 'Europe/Kiev'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Middle Earth', undefined],
    ['', undefined],
  ])('takes %j for %s', (name, zone) => {
    expect(toIanaZone(name)).toBe(zone)
  })
})
