import { z } from 'zod'
import { ApiError } from './errors'
import type { AppState, Metadata } from './state'

/** "Flat object (…) limited to 4KB in size", counted here as its JSON in UTF-8. */
const METADATA_LIMIT_BYTES = 4096

const fits = (value: Metadata): boolean => Buffer.byteLength(JSON.stringify(value)) <= METADATA_LIMIT_BYTES

export const metadataField = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .refine(fits, 'exceeds 4KB')
  .nullish()

/** That PATCH merges is what two independent clients of the API rely on, and not documented; null empties. */
export const patchedMetadata = (
  old: Metadata,
  change: Metadata | null | undefined,
  patch: AppState['metadataPatch'] = 'merge'
): Metadata => {
  if (change === undefined) return old
  const merged = patch === 'merge' && change ? { ...old, ...change } : (change ?? {})
  if (!fits(merged)) throw new ApiError(400, 'metadata: exceeds 4KB')
  return merged
}

export const uriField = z.url({ protocol: /^https?$/ }).max(2048)

export const displayNameField = z.string().min(1).max(100).nullish()
