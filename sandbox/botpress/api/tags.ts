import { z } from 'zod'
import type { Tags } from '../store'
import { ApiFailure } from './failure'

export const TAG_VALUE_MAX_LENGTH = 500

export const tagsSchema = z.record(z.string(), z.string().max(TAG_VALUE_MAX_LENGTH))

type Tagged = { tags: Tags }

export const refuseUndeclaredTags = (declared: string[] | undefined, tags: Tags): void => {
  const unknown = Object.keys(tags).filter((name) => declared && !declared.includes(name))
  if (unknown.length > 0) throw new ApiFailure('InvalidPayload', `Undeclared tags: ${unknown.join(', ')}`)
}

/** An empty value unsets a tag. */
export const mergeTags = (current: Tags, changes: Tags): Tags =>
  Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ''))

export const hasTags = (record: Tagged, wanted: Tags): boolean =>
  Object.entries(wanted).every(([name, value]) => record.tags[name] === value)

/** The oldest record that carries the named tags with these values or, when none are named, exactly these tags. */
export const findByTags = <T extends Tagged>(
  records: Iterable<T>,
  tags: Tags,
  discriminateByTags: string[] = []
): T | undefined => {
  const missing = discriminateByTags.filter((name) => !tags[name])
  if (missing.length > 0) throw new ApiFailure('InvalidPayload', `No value to discriminate by: ${missing.join(', ')}`)
  const isNamed = discriminateByTags.length > 0
  const wanted = isNamed
    ? Object.fromEntries(discriminateByTags.map((name) => [name, tags[name] ?? '']))
    : mergeTags({}, tags)
  const isMatch = (record: T): boolean =>
    hasTags(record, wanted) && (isNamed || Object.keys(record.tags).length === Object.keys(wanted).length)
  return [...records].find(isMatch)
}
