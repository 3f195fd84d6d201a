import { longestTag } from '../session/tags'

/** Joins ids into as few lists as fit into a tag each: twenty ids of 24 characters, with their commas. */
const pack = (ids: string[]): string[] =>
  ids.reduce<string[]>((lists, id) => {
    const last = lists.at(-1)
    if (last === undefined || last.length + 1 + id.length > longestTag) return [...lists, id]
    return [...lists.slice(0, -1), `${last},${id}`]
  }, [])

/**
 * The tags that say what became of a message: the ids of up to forty parts, which is a text of 160,000 characters; ids
 * of parts beyond that are not kept. A message without content, which was not posted, counts as refused.
 */
export const acknowledgementOf = (ids: string[]): Record<string, string> => {
  const [id, moreIds] = pack(ids)
  return id ? { id, ...(moreIds && { moreIds }) } : { refused: 'true' }
}
