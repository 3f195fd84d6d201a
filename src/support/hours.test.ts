import { describe, expect, it } from 'vitest'
import { openingAt, type Holiday, type Interval, type Schedule } from './hours'

const at = (day: number, hour: number, minute = 0): number => (day * 24 + hour) * 60 + minute
/** Monday to Friday, nine to five. */
const working: Interval[] = [1, 2, 3, 4, 5].map((day) => ({ start: at(day, 9), end: at(day, 17) }))
const schedule = (zone: string, intervals = working, holidays: Holiday[] = []): Schedule => ({
  zone,
  intervals,
  holidays,
})
const newYork = schedule('America/New_York')

const opening = (given: Schedule, now: string): string => {
  const { isOpen, opensAt, closesAt } = openingAt(given, new Date(now))
  const iso = (date: Date | undefined): string => date?.toISOString().replace(/:00\.000Z$/, 'Z') ?? 'never'
  return isOpen ? `open until ${iso(closesAt)}` : `closed until ${iso(opensAt)}`
}

describe('business hours', () => {
  it.each([
    [
      'on a Friday evening before the clocks go forward',
      newYork,
      '2026-03-06T23:00Z',
      'closed until 2026-03-09T13:00Z',
    ],
    ['on a Friday evening before the clocks go back', newYork, '2026-10-30T22:00Z', 'closed until 2026-11-02T14:00Z'],
    [
      'on a holiday, which ends with its last day',
      schedule('America/New_York', working, [{ start: '2026-12-24', end: '2026-12-28' }]),
      '2026-12-24T15:00Z',
      'closed until 2026-12-29T14:00Z',
    ],
    ['at the minute they begin', newYork, '2026-03-02T14:00Z', 'open until 2026-03-02T22:00Z'],
    ['in the last minute', newYork, '2026-03-02T21:59Z', 'open until 2026-03-02T22:00Z'],
    ['at the minute they end', newYork, '2026-03-02T22:00Z', 'closed until 2026-03-03T14:00Z'],
    ['before they begin', newYork, '2026-03-02T11:00Z', 'closed until 2026-03-02T14:00Z'],
    ['in none', schedule('Asia/Kolkata', []), '2026-03-02T14:00Z', 'closed until never'],
  ])('%s', (_, given, now, expected) => {
    expect(opening(given, now)).toBe(expected)
  })

  it.each(['2026-03-07T18:29Z', '2026-03-07T18:31Z'])('go on across the midnight of a Saturday, at %s', (now) => {
    const night = [
      { start: at(6, 18), end: 0 },
      { start: 0, end: 120 },
    ]
    expect(opening(schedule('Asia/Kolkata', night), now)).toBe('open until 2026-03-07T20:30Z')
  })

  it('end with a Saturday that nothing follows, however its midnight is written', () => {
    for (const end of [0, at(7, 0)]) {
      const saturday = schedule('Asia/Kolkata', [{ start: at(6, 18), end }])
      expect(opening(saturday, '2026-03-07T18:00Z')).toBe('open until 2026-03-07T18:30Z')
    }
  })

  it.each([
    ['of no length', at(1, 9), at(1, 9)],
    ['that ends before it begins', at(1, 17), at(1, 9)],
  ])('leave an interval out %s', (_, start, end) => {
    const odd = schedule('UTC', [
      { start, end },
      { start: at(3, 9), end: at(3, 10) },
    ])
    expect(opening(odd, '2026-03-02T18:00Z')).toBe('closed until 2026-03-04T09:00Z')
  })

  it.each<[string, Interval, string, string]>([
    ['into a Tuesday', { start: at(1, 22), end: at(2, 6) }, '2026-03-03T02:00Z', '2026-03-03T06:00Z'],
    ['from a Saturday into a Sunday', { start: at(6, 22), end: at(0, 6) }, '2026-03-08T02:00Z', '2026-03-08T06:00Z'],
    ['through the week', { start: 0, end: at(7, 0) }, '2026-03-04T12:00Z', 'never'],
  ])('are on in an interval that goes on over midnight, %s', (_, interval, now, until) => {
    expect(opening(schedule('UTC', [interval]), now)).toBe(`open until ${until}`)
  })

  it('do not close between intervals that touch', () => {
    const touching = [
      { start: at(1, 13), end: at(1, 17) },
      { start: at(1, 9), end: at(1, 13) },
    ]
    expect(opening(schedule('Europe/Berlin', touching), '2026-03-02T09:00Z')).toBe('open until 2026-03-02T16:00Z')
  })

  it('never close where every day is open to its end', () => {
    const always = [0, 1, 2, 3, 4, 5, 6].map((day) => ({ start: at(day, 0), end: at(day, 24) }))
    expect(opening(schedule('Europe/London', always), '2026-03-28T12:00Z')).toBe('open until never')
    const closedOn = schedule('Europe/London', always, [{ start: '2026-03-30', end: '2026-03-30' }])
    // A day of 23 hours lies between.
    expect(opening(closedOn, '2026-03-28T12:00Z')).toBe('open until 2026-03-29T23:00Z')
    expect(opening(closedOn, '2026-03-30T12:00Z')).toBe('closed until 2026-03-30T23:00Z')
  })

  it('know the day by the calendar of their own zone', () => {
    const sunday = [{ start: at(0, 1), end: at(0, 2) }]
    expect(opening(schedule('Pacific/Apia', sunday), '2026-03-07T12:30Z')).toBe('open until 2026-03-07T13:00Z')
    expect(opening(schedule('Pacific/Pago_Pago', sunday), '2026-03-07T12:30Z')).toBe('closed until 2026-03-08T12:00Z')
  })

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Adelaide'])(
    'agree with themselves in %s through a year: what opens or closes does so when it was said',
    (zone) => {
      const odd = schedule(
        zone,
        [...working, { start: at(6, 22), end: 0 }, { start: 0, end: 45 }],
        [{ start: '2026-12-24', end: '2026-12-26' }]
      )
      for (let hour = 0; hour < 365 * 24; hour += 13) {
        const now = Date.UTC(2026, 0, 1, hour)
        const { isOpen, opensAt, closesAt } = openingAt(odd, new Date(now))
        const change = (isOpen ? closesAt : opensAt)!.getTime()
        expect(change).toBeGreaterThan(now)
        expect(openingAt(odd, new Date(change)).isOpen).toBe(!isOpen)
        expect(openingAt(odd, new Date(change - 60_000)).isOpen).toBe(isOpen)
      }
    }
  )

  it('begin at the earliest of a day, in whatever order Zendesk lists them', () => {
    const listed = [
      { start: at(1, 15), end: at(1, 17) },
      { start: at(1, 9), end: at(1, 12) },
    ]
    expect(opening(schedule('Etc/UTC', listed), '2026-03-01T12:00Z')).toBe('closed until 2026-03-02T09:00Z')
    expect(opening(schedule('Etc/UTC', listed), '2026-03-02T13:00Z')).toBe('closed until 2026-03-02T15:00Z')
  })

  it('are looked for past weeks of holidays', () => {
    const closedFor = schedule('Etc/UTC', working, [{ start: '2026-03-02', end: '2026-04-15' }])
    expect(opening(closedFor, '2026-03-02T12:00Z')).toBe('closed until 2026-04-16T09:00Z')
  })

  it('name no moment that is past, also in the hour that the clocks show twice', () => {
    const intoThatHour = schedule('America/New_York', [{ start: 0, end: 90 }])
    expect(opening(intoThatHour, '2026-11-01T05:15Z')).toBe('open until 2026-11-01T05:30Z')
    expect(opening(intoThatHour, '2026-11-01T06:15Z')).toBe('open until 2026-11-01T06:30Z')
  })

  it('are at most an hour off where they begin in the hour that the clocks skip', () => {
    const inThatHour = schedule('America/New_York', [{ start: at(0, 2, 30), end: at(0, 6) }])
    const { opensAt } = openingAt(inThatHour, new Date('2026-03-08T05:00Z'))
    expect(Math.abs(opensAt!.getTime() - Date.parse('2026-03-08T07:00Z'))).toBeLessThanOrEqual(60 * 60_000)
  })
})
