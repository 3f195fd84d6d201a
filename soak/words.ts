type Shown = { payload: Record<string, unknown> }

/** What a message of an actor's is known by on either side: its text, or the title of a picture. */
export const markOf = ({ payload }: Shown): string => String(payload.text ?? payload.title)
