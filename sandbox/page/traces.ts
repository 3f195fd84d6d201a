import type { World } from '../world'

/** What a customer is known by to the three parties, so that their calls can be told from those of others. */
export const tracesOf = ({ app, installation }: World, email: string): string[] => {
  const users = [...installation.users.values()].filter(({ tags }) => tags.email === email)
  const suncoUserIds = users.flatMap(({ tags }) => tags.id ?? [])
  const suncoIds = [...app.conversations.values()]
    .filter(({ participants }) => participants.some((id) => suncoUserIds.includes(id)))
    .map(({ id }) => id)
  const conversations = [...installation.conversations.values()].filter(({ tags }) => suncoIds.includes(tags.id ?? ''))
  return [email, ...users.map(({ id }) => id), ...suncoUserIds, ...suncoIds, ...conversations.map(({ id }) => id)]
}
