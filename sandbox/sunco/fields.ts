import { z } from 'zod'
import { ApiError } from './errors'
import type { Metadata } from './state'

/** "Flat object (…) limited to 4KB in size", counted here as its JSON in UTF-8. */
const METADATA_LIMIT_BYTES = 4096

const fits = (value: Metadata): boolean => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES

export const metadataField = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .refine(fits, 'exceeds 4KB')
  .nullish()

/** PATCH merges, as two independent clients of the API rely on; null empties. */
export const mergedMetadata = (old: Metadata, change: Metadata | null | undefined): Metadata => {
  const merged = change === null ? {} : { ...old, ...change }
  if (!fits(merged)) throw new ApiError(400, 'metadata: exceeds 4KB')
  return merged
}

export const uriField = z.url({ protocol: /^https?$/ }).max(2048)

export const displayNameField = z.string().min(1).max(100).nullish()
