import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'

const lifetimeSeconds = 600
const renewalMarginSeconds = 60

export type Key = { keyId: string; keySecret: string }

/**
 * Maker of bearer tokens for an app-scoped key: HS256, `kid` in the header, scope `app`, ten minutes long. The secret
 * signs and is never sent. A token is used again until a minute before it runs out.
 */
export const createTokenSource = (key: Key, now: () => number = Date.now): (() => string) => {
  // A plain string would be tried as a PEM file first.
  const secret = createSecretKey(key.keySecret, 'utf8')
  let token = ''
  let renewAt = 0
  return () => {
    const seconds = Math.floor(now() / 1000)
    if (seconds >= renewAt) {
      token = jwt.sign({ scope: 'app', iat: seconds, exp: seconds + lifetimeSeconds }, secret, {
        algorithm: 'HS256',
        keyid: key.keyId,
      })
      renewAt = seconds + lifetimeSeconds - renewalMarginSeconds
    }
    return token
  }
}
