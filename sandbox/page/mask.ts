const MASK = '••••••'
const SECRET_HEADERS = new Set(['x-api-key', 'cookie', 'set-cookie', 'x-bp-configuration', 'proxy-authorization'])
const SECRET_NAMES = /secret|password|^(access_?)?token$|^api_?key$|^bearer$/i

const isSecretName = (name: string): boolean => SECRET_HEADERS.has(name.toLowerCase()) || SECRET_NAMES.test(name)

/** The scheme is worth seeing, what follows it is not. */
const maskCredentials = (value: string): string => `${value.split(' ')[0]} ${MASK}`

/**
 * Masks what is secret by its name, at any depth, and known secrets wherever they stand, even in the middle of a text.
 *
 * @param secrets asked at each use, since secrets may be rotated
 */
export const createMask = (secrets: () => string[]): (<T>(value: T) => unknown) => {
  const maskText = (text: string, known: string[]): string =>
    known.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)

  const maskAny = (value: unknown, known: string[]): unknown => {
    if (typeof value === 'string') return maskText(value, known)
    if (Array.isArray(value)) return value.map((item) => maskAny(item, known))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) => {
        if (typeof inner !== 'string') return [name, maskAny(inner, known)]
        if (name.toLowerCase() === 'authorization') return [name, maskCredentials(inner)]
        return [name, isSecretName(name) ? MASK : maskText(inner, known)]
      })
    )
  }
  return (value) =>
    maskAny(
      value,
      secrets().filter((secret) => secret !== '')
    )
}
