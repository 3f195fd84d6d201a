import { createHash } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import type { Agent } from '../events/speaker'
import { spokenIn, textsIn } from '../text/customer-texts'

/** Who the customer reads a message from. */
export type Speaker = {
  /** Tag `agentId` of the Botpress user. */
  key: string
  name: string
  pictureUrl?: string
}

/**
 * An agent as the customer sees them. Those whom Zendesk does not name share one user in each language: one that belonged to
 * the agent would change its name with every customer's language.
 */
export const speakerFor = ({ id, name, pictureUrl }: Agent, language: string | undefined): Speaker =>
  name ? { key: id, name, pictureUrl } : { key: `nameless/${spokenIn(language)}`, name: textsIn(language).agent }

/** Whoever speaks for Agent Workspace where no person does; never announced. */
export const automation = (language: string | undefined): Speaker => ({
  key: `automation/${spokenIn(language)}`,
  name: textsIn(language).automation,
})

/** Changes with the agent's name or picture; short enough for a tag. */
export const profileOf = ({ name, pictureUrl }: Agent): string =>
  createHash('sha256')
    .update(JSON.stringify([name, pictureUrl ?? '']))
    .digest('base64url')
    .slice(0, 16)

/** The Botpress user of an agent, with today's name and picture. */
export const ensureAgentUser = async ({ client }: HandlerContext, speaker: Speaker): Promise<string> => {
  const { key, name, pictureUrl } = speaker
  const { user } = await client.getOrCreateUser({
    name,
    pictureUrl,
    tags: { agentId: key },
    discriminateByTags: ['agentId'],
  })
  if (user.name !== name || (pictureUrl !== undefined && user.pictureUrl !== pictureUrl)) {
    await client.updateUser({ id: user.id, name, pictureUrl, tags: {} })
  }
  return user.id
}
