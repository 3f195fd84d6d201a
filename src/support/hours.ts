import { TZDateMini } from '@date-fns/tz'

/** Minutes since Sunday midnight by the clocks of the schedule's zone; a Monday's 09:00 is 1980. */
export type Interval = { start: number; end: number }

/** First and last day, both included, as `YYYY-MM-DD` by the calendar of the schedule's zone. */
export type Holiday = { start: string; end: string }

export type Schedule = {
  /** IANA name. */
  zone: string
  /**
   * Zendesk's do not cross midnight. An end at midnight is the beginning of the next day; a Saturday's may also be 0.
   */
  intervals: readonly Interval[]
  holidays: readonly Holiday[]
}

export type Opening = {
  isOpen: boolean
  /** When it opens next, where it is closed; undefined where it does not within sixty days. */
  opensAt?: Date
  /** When it closes, where it is open; undefined where it does not within sixty days. */
  closesAt?: Date
}

const minutesPerDay = 24 * 60
const longestLookDays = 60

const minutesPerWeek = 7 * minutesPerDay

/** What is open on one day, in minutes since its midnight. */
type Day = { year: number; month: number; date: number; open: Interval[] }

/** An end before its start is accepted on Saturdays only (0, or past midnight); any other such interval is ignored. */
const spansOf = (start: number, end: number): Interval[] => {
  if (end > start) return [{ start, end }]
  const isSaturdays = start >= minutesPerWeek - minutesPerDay && end < minutesPerDay
  return isSaturdays
    ? [
        { start, end: minutesPerWeek },
        { start: 0, end },
      ]
    : []
}

/**
 * A day of the schedule's own calendar. Counted in UTC, where every day has 24 hours; only the calendar date is used.
 */
const dayOf = ({ zone, intervals, holidays }: Schedule, now: Date, daysOn: number): Day => {
  const today = new TZDateMini(now.getTime(), zone)
  const noon = new Date(Date.UTC(today.getFullYear(), today.getMonth(), today.getDate() + daysOn, 12))
  const day = { year: noon.getUTCFullYear(), month: noon.getUTCMonth(), date: noon.getUTCDate() }
  const name = noon.toISOString().slice(0, 10)
  if (holidays.some(({ start, end }) => start <= name && name <= end)) return { ...day, open: [] }
  const midnight = noon.getUTCDay() * minutesPerDay
  const open = intervals
    .flatMap(({ start, end }) => spansOf(start, end))
    .map(({ start, end }) => ({ start: Math.max(start - midnight, 0), end: Math.min(end - midnight, minutesPerDay) }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start)
  return { ...day, open }
}

/**
 * When the clocks of the zone show that minute of that day next. Where they go back, the first of the two moments that
 * is not past; where they skip it, up to an hour off.
 */
const momentOf = ({ zone }: Schedule, now: Date, { year, month, date }: Day, minute: number): Date => {
  const moment = new TZDateMini(year, month, date, Math.floor(minute / 60), minute % 60, zone).getTime()
  return new Date(moment > now.getTime() ? moment : moment + 60 * 60_000)
}

/**
 * Whether a schedule of Zendesk's business hours is open, and when that changes. Reckoned by dates and clocks of the
 * schedule's own zone, so that it is right on days of 23 and 25 hours too.
 */
export const openingAt = (schedule: Schedule, now: Date): Opening => {
  const local = new TZDateMini(now.getTime(), schedule.zone)
  const minute = local.getHours() * 60 + local.getMinutes()
  const current = dayOf(schedule, now, 0).open.find(({ start, end }) => start <= minute && minute < end)
  if (current) return { isOpen: true, closesAt: closingAfter(schedule, now, current) }
  for (let daysOn = 0; daysOn <= longestLookDays; daysOn += 1) {
    const day = dayOf(schedule, now, daysOn)
    const next = day.open.find(({ start }) => daysOn > 0 || start > minute)
    if (next) return { isOpen: false, opensAt: momentOf(schedule, now, day, next.start) }
  }
  return { isOpen: false }
}

/** Intervals that touch are one to whoever waits: two of a day, or one that ends at midnight and the next day's. */
const closingAfter = (schedule: Schedule, now: Date, current: Interval): Date | undefined => {
  let { end } = current
  for (let daysOn = 0; daysOn <= longestLookDays; daysOn += 1) {
    const day = dayOf(schedule, now, daysOn)
    for (const { start, end: nextEnd } of day.open) {
      if (start <= end && nextEnd > end) end = nextEnd
    }
    if (end < minutesPerDay) return momentOf(schedule, now, day, end)
    // Midnight: it goes on where the next day opens with it.
    if (!dayOf(schedule, now, daysOn + 1).open.some(({ start }) => start === 0))
      return momentOf(schedule, now, day, end)
    end = 0
  }
  return undefined
}
