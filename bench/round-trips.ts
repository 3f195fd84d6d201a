export type Call = { at: number; durationMs: number }

/**
 * Round trips on the critical path: the longest chain of calls of which each begins after the one before it was
 * answered. With servers that take equally long over every call, calls made side by side overlap and count once, and
 * calls that wait for each other never do; so the chain is no shorter than what the caller waits for, and needs no
 * rounding of times.
 */
export const criticalPathOf = (calls: Call[]): number => {
  const byEnd = calls.map(({ at, durationMs }) => ({ at, end: at + durationMs })).sort((a, b) => a.end - b.end)
  let [length, freeFrom] = [0, -Infinity]
  for (const { at, end } of byEnd) {
    if (at < freeFrom) continue
    length += 1
    freeFrom = end
  }
  return length
}

/** Which round trip a call belongs to, counted from 1. */
export const roundTripOf = (call: Call, calls: Call[]): number =>
  criticalPathOf(calls.filter(({ at, durationMs }) => at + durationMs <= call.at)) + 1

/**
 * The least of several measurements. On a busy machine two calls made side by side may miss each other and count twice;
 * calls that wait for each other never count once.
 */
export const leastRoundTrips = (measured: Call[][]): number => Math.min(...measured.map(criticalPathOf))
