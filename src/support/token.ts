import type { Deadline } from '../platform/deadline'

/** Seconds that a token is asked for; Zendesk takes more than 300 and less than two days. */
export const askedLifetime = 7_200
/** Seconds that a token is used for where Zendesk does not say how long it lives. */
const unknownLifetime = 1_800
/** Seconds before its end at which a token is renewed. */
const margin = 60

type Granted = { access_token: string; expires_in?: number | null }

type TokenSource = {
  /** A valid token. Callers at the same time share one request for it, which ends by the deadline of the first. */
  read: (deadline: Deadline) => Promise<string>
  /** Zendesk has refused this one. */
  drop: (token: string) => void
}

/** Keeps the access token of one OAuth client. Rejects as `ask` does, and asks again the next time. */
export const createTokenSource = (ask: (deadline: Deadline) => Promise<Granted>): TokenSource => {
  let kept: { token: string; until: number } | undefined
  let asking: Promise<string> | undefined
  const renew = async (deadline: Deadline): Promise<string> => {
    const askedAt = Date.now()
    const { access_token: token, expires_in: lifetime } = await ask(deadline)
    kept = { token, until: askedAt + ((lifetime ?? unknownLifetime) - margin) * 1_000 }
    return token
  }
  return {
    read: async (deadline) => {
      if (kept && Date.now() < kept.until) return kept.token
      asking ??= renew(deadline).finally(() => {
        asking = undefined
      })
      return asking
    },
    drop: (token) => {
      if (kept?.token === token) kept = undefined
    },
  }
}
