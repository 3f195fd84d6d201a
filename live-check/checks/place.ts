import { isSuncoError } from '../../src/sunco/error'
import type { Switchboard } from '../../src/sunco/types'
import type { Check } from '../check'

/**
 * An event that happens where somebody accepts what was not on offer, so hardly ever, and that names no person: until
 * the custom integration has its place on the switchboard, Sunco tells it of the whole account.
 */
const triggers = ['switchboard:acceptControl:failure']

/** A custom integration must have a webhook. This one leads to the account's own host, and else to IANA's example. */
const targetsOf = (host: string): string[] => [`${new URL(host).origin}/`, 'https://example.com/']

/** Takes a place on the switchboard; returns the id of the switchboard integration. Rejects with SuncoError. */
export const takePlace = async ({ host, made, sunco }: Check, { id }: Switchboard): Promise<string> => {
  const { name } = made
  const [own = '', example = ''] = targetsOf(host)
  made.begun.add('integration')
  const create = (target: string) => sunco.createCustomIntegration(name, { target, triggers })
  const integration = await create(own).catch((error: unknown) => {
    if (isSuncoError(error) && error.status === 400) return create(example)
    throw error
  })
  return (await sunco.createSwitchboardIntegration(id, { name, integrationId: integration.id })).id
}
