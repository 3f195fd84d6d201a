import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { createTokenSource } from './token'

const key = { keyId: 'app_1', keySecret: 'a secret' }

describe('createTokenSource', () => {
  it('signs with HS256, key id and scope, for minutes, and without the secret in it', () => {
    const token = createTokenSource(key)()
    const { header, payload } = jwt.verify(token, key.keySecret, { complete: true, algorithms: ['HS256'] })
    expect(header).toMatchObject({ alg: 'HS256', kid: 'app_1' })
    expect(payload).toMatchObject({ scope: 'app' })
    const { iat = 0, exp = 0 } = payload as jwt.JwtPayload
    expect(exp - iat).toBeLessThanOrEqual(15 * 60)
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain(key.keySecret)
  })

  it('signs once, and again before the token runs out', () => {
    let time = 1_700_000_000_000
    const next = createTokenSource(key, () => time)
    const first = next()
    time += 60_000
    expect(next()).toBe(first)
    time += 8.5 * 60_000
    expect(next()).not.toBe(first)
  })
})
