import { timingSafeEqual } from 'node:crypto'

/** Compares in a time that tells nothing but whether the lengths differ. An empty secret is the same as nothing. */
export const isSameSecret = (secret: string, candidate: string): boolean => {
  const [a, b] = [Buffer.from(secret), Buffer.from(candidate)]
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b)
}
