import type { SuncoClient } from '../sunco/client'
import { isNotFound } from '../sunco/error'
import type { SwitchboardIntegration } from '../sunco/types'
import type { Inventory } from './inventory'

/** Resolves when the thing is gone, whoever removed it. */
export const removed = async (removal: Promise<unknown>): Promise<void> => {
  try {
    await removal
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/**
 * Removes integrations with all that hangs on them. The webhook goes first: a custom integration without its
 * switchboard integration receives the events of the whole account. Every step is tried; returns what failed.
 */
export const removeIntegrations = async (
  sunco: SuncoClient,
  { switchboard, switchboardIntegrations }: Pick<Inventory, 'switchboard' | 'switchboardIntegrations'>,
  integrationIds: string[],
  isOurs: (link: SwitchboardIntegration) => boolean
): Promise<unknown[]> => {
  const failures: unknown[] = []
  const attempt = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await removed(step())
    } catch (error) {
      failures.push(error)
    }
  }
  for (const id of integrationIds) {
    await attempt(async () => {
      const webhooks = await sunco.listWebhooks(id)
      await Promise.all(webhooks.map((webhook) => attempt(() => sunco.deleteWebhook(id, webhook.id))))
    })
  }
  if (switchboard) {
    const ours = switchboardIntegrations.filter(isOurs)
    await Promise.all(ours.map(({ id }) => attempt(() => sunco.deleteSwitchboardIntegration(switchboard.id, id))))
  }
  await Promise.all(integrationIds.map((id) => attempt(() => sunco.deleteIntegration(id))))
  return failures
}
