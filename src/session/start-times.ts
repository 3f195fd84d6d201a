// What other processes count on while `startHitl` runs somewhere, all in milliseconds.

/** Well beyond what a handler can run: until then, a session that is not known may still begin. */
export const startTakesAtMostMs = 120_000

/** The offer, and Botpress' conversation beside it, take no longer, or the handoff fails. */
export const offerTakesMs = 6_000
/** The handoff does not wait longer for the note, without which a session is looked up. */
export const noteTakesMs = 1_000
/** Nor for the tag that says of a session without a note that it has begun. */
export const begunTakesMs = 2_000

/** After Botpress' conversation was made: by then the session has begun, or never will. */
export const lastStepsTakeMs = offerTakesMs + noteTakesMs + begunTakesMs
