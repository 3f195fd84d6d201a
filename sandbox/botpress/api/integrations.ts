import { Hono } from 'hono'
import { z } from 'zod'
import { SCHEDULES } from '../store'
import { readBody, type ApiEnv } from './request'

const configuration = z.object({
  identifier: z.string().nullish(),
  scheduleRegisterCall: z.enum(SCHEDULES).optional(),
  sandboxIdentifiers: z.record(z.string(), z.unknown()).nullish(),
})

/** What an integration says about itself. A schedule stays until another one is given. */
export const integrationRoutes = new Hono<ApiEnv>().post('/configure', async (context) => {
  const { scheduleRegisterCall } = await readBody(context, configuration)
  const { store } = context.var
  store.schedule = scheduleRegisterCall ?? store.schedule
  return context.json({})
})
