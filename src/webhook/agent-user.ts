import { LRUCache } from 'lru-cache'
import type { Handling } from '../botpress'
import type { Agent } from './speaker'

/** Botpress ids of agents with the name and picture that they had, by installation. */
const known = new LRUCache<string, { userId: string; name: string; pictureUrl?: string }>({
  max: 5_000,
  ttl: 10 * 60_000,
})

/** Looks the agent up again next time, as after someone deleted the user in Botpress. */
export const forgetAgentUser = ({ ctx }: Handling, agent: Agent): void => {
  known.delete(`${ctx.webhookId}/${agent.id}`)
}

/** The Botpress user of an agent, with today's name and picture: no call for one met lately, one or two otherwise. */
export const ensureAgentUser = async ({ ctx, client }: Handling, agent: Agent): Promise<string> => {
  const key = `${ctx.webhookId}/${agent.id}`
  const { name, pictureUrl } = agent
  const remembered = known.get(key)
  if (remembered && remembered.name === name && remembered.pictureUrl === pictureUrl) return remembered.userId
  const { user } = await client.getOrCreateUser({
    name,
    pictureUrl,
    tags: { agentId: agent.id },
    discriminateByTags: ['agentId'],
  })
  if (user.name !== name || (pictureUrl !== undefined && user.pictureUrl !== pictureUrl)) {
    await client.updateUser({ id: user.id, name, pictureUrl, tags: {} })
  }
  known.set(key, { userId: user.id, name, pictureUrl })
  return user.id
}
