import { createHash } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import type { Agent } from '../events/speaker'

/** Changes with the agent's name or picture; short enough for a tag. */
export const profileOf = ({ name, pictureUrl }: Agent): string =>
  createHash('sha256')
    .update(JSON.stringify([name, pictureUrl ?? '']))
    .digest('base64url')
    .slice(0, 16)

/** The Botpress user of an agent, with today's name and picture. */
export const ensureAgentUser = async ({ client }: HandlerContext, agent: Agent): Promise<string> => {
  const { name, pictureUrl } = agent
  const { user } = await client.getOrCreateUser({
    name,
    pictureUrl,
    tags: { agentId: agent.id },
    discriminateByTags: ['agentId'],
  })
  if (user.name !== name || (pictureUrl !== undefined && user.pictureUrl !== pictureUrl)) {
    await client.updateUser({ id: user.id, name, pictureUrl, tags: {} })
  }
  return user.id
}
