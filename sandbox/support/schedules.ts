import { Hono, type Context } from 'hono'
import { badRequest, notFound } from './errors'
import { gate, idIn } from './request'
import type { Schedule, SupportEnv, World } from './state'

type Holiday = Schedule['holidays'][number]

const CREATED_AT = '2026-01-05T10:00:00Z'

const holidayView = ({ id, name, startDate, endDate }: Holiday): object => ({
  id,
  name,
  start_date: startDate,
  end_date: endDate,
})

const viewIn =
  (context: Context<SupportEnv>) =>
  ({ id, name, timeZone, intervals, holidays }: Schedule): object => ({
    id,
    name,
    time_zone: timeZone,
    intervals: intervals.map(({ start, end }) => ({ start_time: start, end_time: end })),
    ...(context.var.account.turned.has('holidaysInside') && { holidays: holidays.map(holidayView) }),
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
  })

const scheduleIn = (context: Context<SupportEnv>): Schedule => {
  const schedule = context.var.account.schedules.find(({ id }) => id === idIn(context))
  if (!schedule) throw notFound()
  return schedule
}

const dateIn = (context: Context<SupportEnv>, name: 'start_date' | 'end_date'): string | undefined => {
  const date = context.req.query(name)
  if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date)) throw badRequest(`${name} is not a date`)
  return date
}

/**
 * With a first day alone, a holiday that is running on it is shown as well; with both days, only those that start
 * between them are, so that a running one is missed.
 */
const isShown = ({ startDate, endDate }: Holiday, from: string | undefined, to: string | undefined): boolean => {
  if (from !== undefined && to !== undefined) return from <= startDate && startDate <= to
  if (from !== undefined) return endDate >= from
  return to === undefined || startDate <= to
}

export const scheduleRoutes = (world: World): Hono<SupportEnv> => {
  const routes = new Hono<SupportEnv>()
  const path = '/business_hours/schedules'
  routes.get(path, gate(world, { role: 'admin' }), (context) =>
    context.json({ schedules: context.var.account.schedules.map(viewIn(context)), url: `${world.url}/api/v2${path}` })
  )
  routes.get(`${path}/:id`, gate(world), (context) => context.json({ schedule: viewIn(context)(scheduleIn(context)) }))
  routes.get(`${path}/:id/holidays`, gate(world, { role: 'admin' }), (context) => {
    const [from, to] = [dateIn(context, 'start_date'), dateIn(context, 'end_date')]
    const { holidays } = scheduleIn(context)
    return context.json({ holidays: holidays.filter((holiday) => isShown(holiday, from, to)).map(holidayView) })
  })
  return routes
}
