import { expect, it } from 'vitest'
import { callSunco, handOver, newUser, stage, useStage } from './stage'

useStage()

const shownFor = async (userId: string): Promise<unknown> =>
  ((await callSunco('GET', `/users/${userId}`)) as { user: { zendeskId?: string } }).user.zendeskId

it.each([
  ['atTicket', false, true],
  ['atCreation', true, true],
  ['never', false, false],
] as const)('is shown %s', async (moment, isShownBefore, isShownAfter) => {
  stage.account.zendeskId = moment
  const user = await newUser()
  const id = String(stage.account.userIdOf(user))
  expect(await shownFor(user)).toBe(isShownBefore ? id : undefined)
  const { ticketId } = await handOver({}, user)
  expect(await shownFor(user)).toBe(isShownAfter ? id : undefined)
  expect(String(stage.account.ticket(ticketId).requesterId)).toBe(id)
})

it('stays the same from one ticket to the next', async () => {
  const user = await newUser()
  await handOver({}, user)
  const id = await shownFor(user)
  await handOver({}, user)
  expect(await shownFor(user)).toBe(id)
})

it('is of an account: an app without one has none', async () => {
  stage.app = stage.sunco.createApp()
  const user = await newUser()
  await handOver({}, user)
  expect(await shownFor(user)).toBeUndefined()
})
