import { beforeEach, describe, expect, it } from 'vitest'
import type { Schedule } from '../../sandbox/support'
import { get, stage, useStage } from './stage'

useStage()

const path = '/api/v2/business_hours/schedules'

const desk: Schedule = {
  id: 42,
  name: 'Support desk',
  timeZone: 'Eastern Time (US & Canada)',
  intervals: [
    { start: 1980, end: 2460 },
    { start: 9180, end: 0 },
  ],
  holidays: [
    { id: 1, name: 'Spring', startDate: '2026-04-03', endDate: '2026-04-06' },
    { id: 2, name: 'Summer', startDate: '2026-07-01', endDate: '2026-07-01' },
    { id: 3, name: 'Year end', startDate: '2026-12-24', endDate: '2026-12-26' },
  ],
}

const shown = {
  id: 42,
  name: 'Support desk',
  time_zone: 'Eastern Time (US & Canada)',
  intervals: [
    { start_time: 1980, end_time: 2460 },
    { start_time: 9180, end_time: 0 },
  ],
}

describe('schedules', () => {
  it('are none, one or many, as the account has them', async () => {
    const { schedules } = stage.account
    const ids = async (): Promise<unknown> =>
      ((await get(path)).body as { schedules: { id: number }[] }).schedules.map(({ id }) => id)
    expect(await ids()).toEqual([])
    schedules.push(desk)
    expect(await ids()).toEqual([42])
    schedules.push({ ...desk, id: 43 })
    expect(await ids()).toEqual([42, 43])
  })

  it('name zone and intervals as they were set, and no holidays', async () => {
    stage.account.schedules = [desk]
    const list = (await get(path)).body as { schedules: object[] }
    const one = (await get(`${path}/42`)).body as { schedule: object }
    for (const schedule of [list.schedules[0], one.schedule]) {
      expect(schedule).toMatchObject(shown)
      expect(schedule).not.toHaveProperty('holidays')
    }
  })

  it('may come with their holidays', async () => {
    stage.account.schedules = [desk]
    stage.account.turned.add('holidaysInside')
    const holidays = [{ start_date: '2026-04-03', end_date: '2026-04-06' }, {}, {}]
    expect((await get(path)).body).toMatchObject({ schedules: [{ holidays }] })
    expect((await get(`${path}/42`)).body).toMatchObject({ schedule: { holidays } })
  })
})

describe('holidays', () => {
  beforeEach(() => {
    stage.account.schedules = [desk]
  })

  it.each([
    ['without dates, all', '', [1, 2, 3]],
    ['from a day on', '?start_date=2026-04-07', [2, 3]],
    ['from a day on, with one that begins on it', '?start_date=2026-07-01', [2, 3]],
    ['from a day on, with one that is running', '?start_date=2026-12-25', [3]],
    ['from a day on, with one whose last day it is', '?start_date=2026-04-06', [1, 2, 3]],
    ['up to a day, those that begin by then', '?end_date=2026-07-01', [1, 2]],
    ['between two days, those that begin between them', '?start_date=2026-04-04&end_date=2026-12-24', [2, 3]],
    ['between two days, without one that is running', '?start_date=2026-12-25&end_date=2026-12-31', []],
  ])('are shown %s', async (_, query, ids) => {
    const { status, body } = await get(`${path}/42/holidays${query}`)
    expect(status).toBe(200)
    expect((body as { holidays: { id: number }[] }).holidays.map(({ id }) => id)).toEqual(ids)
  })

  it('tell their days', async () => {
    const { body } = await get(`${path}/42/holidays?start_date=2026-12-25`)
    expect(body).toEqual({ holidays: [{ id: 3, name: 'Year end', start_date: '2026-12-24', end_date: '2026-12-26' }] })
  })

  it('ask for dates', async () => {
    expect((await get(`${path}/42/holidays?start_date=today`)).status).toBe(400)
  })
})
