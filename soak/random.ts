/** Seeded random choices: the same seed draws the same plan, though not the same timing. */
export type Random = {
  /** 0 to 1, 1 not included. */
  next: () => number
  /** Whole number from 0 to `below`, `below` not included. */
  below: (below: number) => number
  pick: <T>(items: readonly T[]) => T
  chance: (probability: number) => boolean
  /** An independent stream. */
  fork: () => Random
}

/** Mulberry32, a public-domain generator: small, and good enough to choose faults by. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    chance: (probability) => next() < probability,
    fork: () => createRandom(below(2 ** 32)),
  }
}
