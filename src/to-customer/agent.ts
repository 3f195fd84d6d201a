import { hash } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import type { Agent } from '../events/speaker'
import { isTransient, reasonOf } from '../platform/failure'
import { within } from '../platform/handle'
import { spokenIn, textsIn } from '../text/customer-texts'

/** Who the customer reads a message from. */
export type ShownSpeaker = {
  /** Tag `agentId` of the Botpress user. */
  key: string
  name: string
  pictureUrl?: string
}

/**
 * An agent as the customer sees them. Those whom Zendesk does not name share one user in each language: one that
 * belonged to the agent would change its name with every customer's language.
 */
export const speakerFor = ({ id, name, pictureUrl }: Agent, language: string | undefined): ShownSpeaker =>
  name ? { key: id, name, pictureUrl } : { key: `nameless/${spokenIn(language)}`, name: textsIn(language).agent }

/** Whoever speaks for Agent Workspace where no person does; never announced. */
export const automation = (language: string | undefined): ShownSpeaker => ({
  key: `automation/${spokenIn(language)}`,
  name: textsIn(language).automation,
})

/** Changes with the agent's name or picture; short enough for a tag. */
export const profileOf = ({ name, pictureUrl }: Agent): string =>
  hash('sha256', JSON.stringify([name, pictureUrl ?? '']), 'base64url').slice(0, 16)

/** For each try but the last with an agent whose words are overdue, in milliseconds. */
const profileTakesMs = 2_000

type Profile = { name?: string; pictureUrl?: string }

/**
 * The Botpress user of an agent, with today's name and picture. Words must not get lost for the sake of either: without
 * what Botpress refuses, and without what it fails over where the words are overdue.
 */
export const ensureAgentUser = async (
  context: HandlerContext,
  { key, name, pictureUrl }: ShownSpeaker,
  isOverdue: boolean
): Promise<string> => {
  const profiles: Profile[] = pictureUrl ? [{ name, pictureUrl }, { name }, {}] : [{ name }, {}]
  let failure: unknown
  for (const [index, profile] of profiles.entries()) {
    const isLast = index === profiles.length - 1
    try {
      return await ensureUser(isOverdue && !isLast ? within(context, profileTakesMs) : context, key, profile)
    } catch (error) {
      if (isTransient(error) && !isOverdue) throw error
      context.logger.forBot().warn(`The name or picture of an agent could not be stored (${reasonOf(error)}).`)
      failure = error
    }
  }
  throw failure
}

const ensureUser = async ({ client }: HandlerContext, key: string, { name, pictureUrl }: Profile): Promise<string> => {
  const { user } = await client.getOrCreateUser({
    name,
    pictureUrl,
    tags: { agentId: key },
    discriminateByTags: ['agentId'],
  })
  if ((name !== undefined && user.name !== name) || (pictureUrl !== undefined && user.pictureUrl !== pictureUrl)) {
    await client.updateUser({ id: user.id, name, pictureUrl, tags: {} })
  }
  return user.id
}
