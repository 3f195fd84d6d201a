import * as z from 'zod/mini'
import { lenient } from '../events/lenient'
import { shorten } from '../text/split'

/** What every message to the customer says of its speaker, for channels that show it. */
export type SpeakerData = {
  /** Zendesk's, where it names one. */
  agentId?: string
  agentName?: string
}

/** The `hitl` interface's limit for the field `additionalData`, in characters. */
const longest = 500

/** JSON of at most 500 characters: a name that is too long is cut, since a cut JSON could not be read. */
export const toAdditionalData = ({ agentId, agentName = '' }: SpeakerData): string => {
  let name = agentName
  for (;;) {
    const json = JSON.stringify({ agentId, agentName: name })
    if (json.length <= longest) return json
    // An id of Zendesk's is short: one that fills the field is none.
    if (!name) return '{}'
    name = name.length > 1 ? shorten(name, Math.floor(name.length / 2)) : ''
  }
}

const data = z.object({ agentId: lenient(z.string()), agentName: lenient(z.string()) })

/** The same, read back from a message's payload. */
export const readSpeakerData = (payload: Record<string, unknown> | undefined): SpeakerData => {
  const json = payload?.additionalData
  try {
    return typeof json === 'string' ? data.parse(JSON.parse(json)) : {}
  } catch {
    return {}
  }
}
