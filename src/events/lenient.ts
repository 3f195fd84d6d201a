import * as z from 'zod/mini'

/** A field of the wrong type counts as absent, so that one odd field does not lose a message. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the type follows from the argument
export const lenient = <T extends z.ZodMiniType>(type: T) => z.catch(z.optional(type), undefined)
