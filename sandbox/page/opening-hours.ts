import type { Schedule } from '../support'

export const OPENING_HOURS = ['open', 'closed', 'holiday', 'none'] as const
export type OpeningHours = (typeof OPENING_HOURS)[number]

const DAYS = [0, 1, 2, 3, 4, 5, 6]
const DAY_MINUTES = 24 * 60
const [OPENS, CLOSES] = [9 * 60, 17 * 60]

const onDay = (day: number, start: number, end: number): Schedule['intervals'][number] => ({
  start: day * DAY_MINUTES + start,
  end: day * DAY_MINUTES + end,
})

const daysAfter = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MINUTES * 60_000)
const dateOf = (day: Date): string => day.toISOString().slice(0, 10)

/** What an account's list of schedules holds for each choice, at whatever hour of whatever day it is made. */
const schedules: Record<OpeningHours, (now: Date) => Pick<Schedule, 'name' | 'intervals' | 'holidays'>[]> = {
  open: () => [{ name: 'Around the clock', intervals: DAYS.map((day) => onDay(day, 0, DAY_MINUTES)), holidays: [] }],
  closed: (now) => [
    { name: 'From tomorrow on', intervals: [onDay(daysAfter(now, 1).getUTCDay(), OPENS, CLOSES)], holidays: [] },
  ],
  holiday: (now) => [
    {
      name: 'Every day',
      intervals: DAYS.map((day) => onDay(day, OPENS, CLOSES)),
      holidays: [{ id: 1, name: 'Holiday', startDate: dateOf(now), endDate: dateOf(daysAfter(now, 1)) }],
    },
  ],
  none: () => [],
}

/** @param firstId of a schedule that is made; the integration knows a schedule's holidays by its id for a while */
export const schedulesFor = (choice: OpeningHours, now: Date, firstId: number): Schedule[] =>
  schedules[choice](now).map((schedule, index) => ({ ...schedule, id: firstId + index, timeZone: 'UTC' }))
