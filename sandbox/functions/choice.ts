/** Which of the idle functions takes a request. */
export type Choice = 'longestRested' | { seed: number }

/** @param idle at least one, the one that rested longest first */
export type Chooser = <T>(idle: T[]) => T | undefined

/** Mulberry32: the same numbers between 0 and 1 for the same seed. */
const randomOf = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const createChooser = (choice: Choice): Chooser => {
  if (choice === 'longestRested') return ([first]) => first
  const random = randomOf(choice.seed)
  return (idle) => idle[Math.floor(random() * idle.length)]
}
