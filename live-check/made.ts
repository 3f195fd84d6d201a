import { randomBytes } from 'node:crypto'
import { removed, removeIntegrations } from '../src/install/removal'
import { reasonOf } from '../src/platform/failure'
import { isGone } from '../src/sunco/error'
import type { SuncoClient } from '../src/sunco/client'
import type { Conversation } from '../src/sunco/types'
import type { Operations } from './operations'

/**
 * What a check makes in the account. All but files is found again by its name, so that what was made and never answered
 * for is removed as well; a thing counts as begun before its request is sent.
 */
export type Made = {
  /** Of the custom integration and its place on the switchboard, and the external id of the user. */
  name: string
  begun: Set<'user' | 'integration' | 'ticket'>
  mediaUrls: string[]
  /** Uploads whose answer got lost: nothing leads to their files. */
  lostUploads: number
}

export const nothingMade = (): Made => ({
  name: `botpress-live-check-${randomBytes(6).toString('hex')}`,
  begun: new Set(),
  mediaUrls: [],
  lostUploads: 0,
})

/** Removes all of it. Every step is tried; returns a line for each thing that may be left, without ids. */
export const removeMade = async (sunco: SuncoClient, operations: Operations, made: Made): Promise<string[]> => {
  const left: string[] = []
  const attempt = async (what: string, step: () => Promise<unknown>): Promise<void> => {
    try {
      await removed(step())
    } catch (error) {
      left.push(`${what} (${reasonOf(error)})`)
    }
  }
  for (const url of made.mediaUrls) await attempt('an uploaded file', () => operations.deleteAttachment(url))
  if (made.lostUploads > 0) left.push('an uploaded file (its link is not known)')
  if (made.begun.has('user')) {
    await attempt('the test conversations', async () => {
      for (const conversation of await conversationsOf(sunco, made)) {
        await attempt('a test conversation', () => removeConversation(sunco, conversation, made.begun.has('ticket')))
      }
    })
    await attempt('the test user', () => operations.deleteUser(made.name))
  }
  if (made.begun.has('integration')) {
    await attempt('the custom integration', async () => {
      const integrations = await sunco.listCustomIntegrations()
      const [switchboard] = await sunco.listSwitchboards()
      const switchboardIntegrations = switchboard ? await sunco.listSwitchboardIntegrations(switchboard.id) : []
      const ids = integrations.filter(({ displayName }) => displayName === made.name).map(({ id }) => id)
      const found = { switchboard, switchboardIntegrations }
      for (const error of await removeIntegrations(sunco, found, ids, ({ name }) => name === made.name))
        left.push(`the custom integration or its place on the switchboard (${reasonOf(error)})`)
    })
  }
  return left
}

const conversationsOf = async (sunco: SuncoClient, { name }: Made): Promise<Conversation[]> => {
  try {
    return await sunco.listConversationsOf(name)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Sunco never deletes a user's first conversation by itself; it goes with the user. */
const removeConversation = async (
  sunco: SuncoClient,
  { id, isDefault }: Conversation,
  mayHaveTicket: boolean
): Promise<void> => {
  // An agent must not be left with a session that leads nowhere.
  if (mayHaveTicket) await sunco.releaseControl(id)
  await (isDefault ? sunco.deleteMessages(id) : sunco.deleteConversation(id))
}
