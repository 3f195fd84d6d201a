import QuickLRU from 'quick-lru'
import * as z from 'zod/mini'
import type { SupportClient } from './client'
import type { Schedule } from './hours'
import { toIanaZone } from './zone'

/** How long schedules and holidays count as fresh, in milliseconds. */
const freshMs = 10 * 60_000

const schedulePage = z.object({
  schedules: z.array(
    z.object({
      id: z.union([z.number(), z.string()]),
      time_zone: z.string(),
      intervals: z.nullish(z.array(z.object({ start_time: z.number(), end_time: z.number() }))),
    })
  ),
})
type Listed = z.output<typeof schedulePage>['schedules'][number]
/** Zendesk writes days as `2026-12-24`; what follows a day is of no interest. */
const day = z.pipe(
  z.string().check(z.regex(/^\d{4}-\d\d-\d\d/)),
  z.transform((text) => text.slice(0, 10))
)
const holidayPage = z.object({ holidays: z.array(z.object({ start_date: day, end_date: day })) })

type Kept = { listed: Listed[]; holidays: Map<string, Schedule['holidays']> }

/** By host and OAuth client. */
const lists = new QuickLRU<SupportClient['account'], Kept>({ maxSize: 100, maxAge: freshMs })

/**
 * What the hours of an account are; `none` where it has no schedule, `unclear` where it is not known which one counts.
 */
type Hours = { kind: 'schedule'; schedule: Schedule } | { kind: 'none' } | { kind: 'unclear'; because: string }

/** The schedule that was named, or the only one. Zendesk marks none as the one that counts. */
export const findSchedule = async (support: SupportClient, scheduleId: string | undefined): Promise<Hours> => {
  const kept = await listSchedules(support)
  const { listed } = kept
  const found = scheduleId === undefined ? listed[0] : listed.find(({ id }) => `${id}` === scheduleId)
  if (!found) {
    return scheduleId === undefined ? { kind: 'none' } : { kind: 'unclear', because: 'there is no schedule of this ID' }
  }
  if (scheduleId === undefined && listed.length > 1) {
    return { kind: 'unclear', because: 'there are several schedules; name one' }
  }
  const zone = toIanaZone(found.time_zone)
  if (!zone) return { kind: 'unclear', because: 'the time zone of the schedule is not known' }
  // None at all is another thing than an empty list, which says that it is always closed.
  if (!found.intervals) return { kind: 'unclear', because: 'the schedule is listed without its hours' }
  const intervals = found.intervals.map(({ start_time: start, end_time: end }) => ({ start, end }))
  return {
    kind: 'schedule',
    schedule: { zone, intervals, holidays: await listHolidays(support, kept, `${found.id}`) },
  }
}

const listSchedules = async (support: SupportClient): Promise<Kept> => {
  const known = lists.get(support.account)
  if (known) return known
  const { schedules } = await support.get('list schedules', '/api/v2/business_hours/schedules', schedulePage)
  const kept: Kept = { listed: schedules, holidays: new Map() }
  lists.set(support.account, kept)
  return kept
}

/**
 * Asked for from yesterday on, since today's date may be yesterday's in the schedule's zone. With a first day alone,
 * Zendesk also lists one that has begun before it.
 */
const listHolidays = async (
  support: SupportClient,
  { holidays }: Kept,
  scheduleId: string
): Promise<Schedule['holidays']> => {
  const known = holidays.get(scheduleId)
  if (known) return known
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000).toISOString().slice(0, 10)
  const path = `/api/v2/business_hours/schedules/${encodeURIComponent(scheduleId)}/holidays?start_date=${yesterday}`
  const page = await support.get('list holidays', path, holidayPage)
  const found = page.holidays.map(({ start_date: start, end_date: end }) => ({ start, end }))
  holidays.set(scheduleId, found)
  return found
}
