import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { runLiveCheck } from '../../live-check/run'
import { createFaultPlan } from '../../sandbox/faults'
import type { Begun } from '../../sandbox/loopback'
import { startSunco, type AppOptions, type Sunco, type SuncoApp } from '../../sandbox/sunco'
import { ofLiveCheck } from '../contract/own-contract'
import { loadSuncoContract } from '../contract/sunco-contract'

export const faults = createFaultPlan()
export let sunco: Sunco
/** Set in a test, to be told of the requests. */
export const watch: { onBegin?: (request: Begun) => void } = {}

const secrets = new Set<string>()
let apps: { app: SuncoApp; before: string }[] = []
let output = ''

/** Zendesk's description is not part of this repository: undefined where it is absent. */
const contract = loadSuncoContract()
let violations: string[] = []

/** To be called once in a file of tests. */
export const useStage = (): void => {
  beforeAll(async () => {
    sunco = await startSunco({
      fault: faults.fault,
      onBegin: (request) => {
        const token = request.requestHeaders['authorization']?.split(' ')[1]
        if (token) secrets.add(token)
        watch.onBegin?.(request)
      },
      onExchange: (exchange) => {
        const { path, responseBody, fault } = exchange
        if (path.startsWith('/v2/')) {
          violations.push(...ofLiveCheck.requestViolations(exchange), ...(contract?.violationsOf(exchange) ?? []))
          // What a fault made of an answer is not the stand-in's.
          if (!fault) violations.push(...ofLiveCheck.answerViolations(exchange))
        }
        for (const [, secret] of JSON.stringify(responseBody ?? null).matchAll(/"secret":"([^"]+)"/g))
          secrets.add(secret!)
      },
    })
    vi.stubEnv('SUNCO_API_URL', sunco.url)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await sunco.close()
  })
  beforeEach(() => {
    output = ''
    apps = []
    violations = []
  })
  afterEach(() => {
    faults.clear()
    watch.onBegin = undefined
    expect(violations).toEqual([])
    for (const secret of secrets) expect(output).not.toContain(secret)
    // Ids of Sunco's are 24 hexadecimal digits, and the name of what is made ends with 12.
    expect(output.split('For the authors')[1] ?? '').not.toMatch(/[0-9a-f]{12}/i)
  })
}

const thingsIn = ({ users, conversations, integrations, switchboardIntegrations, attachments }: SuncoApp): string =>
  JSON.stringify(
    [users, conversations, integrations, switchboardIntegrations, attachments].map((map) => [...map.keys()])
  )

export const newApp = (options?: AppOptions, prepare?: (app: SuncoApp) => void): SuncoApp => {
  const app = sunco.createApp({ subdomain: 'acme-4711', ...options })
  prepare?.(app)
  apps.push({ app, before: thingsIn(app) })
  secrets.add(app.keyId).add(app.keySecret).add(app.appId)
  if (app.subdomain) secrets.add(app.subdomain)
  return app
}

/** All that was shown in a test so far. */
export const shown = (): string => output

export const show = (text: string): void => {
  output += text
}

export const expectNothingLeft = (): void => {
  for (const { app, before } of apps) expect(thingsIn(app)).toBe(before)
}

export const envOf = ({ appId, keyId, keySecret }: SuncoApp): Record<string, string> => ({
  SUNCO_APP_ID: appId,
  SUNCO_KEY_ID: keyId,
  SUNCO_KEY_SECRET: keySecret,
})

type Run = { env?: Record<string, string>; mayOpenTicket?: boolean }

/** Returns the exit code. */
export const run = (app: SuncoApp, { env = envOf(app), mayOpenTicket = true }: Run = {}): Promise<number> =>
  runLiveCheck({
    env,
    say: (line) => show(`${line}\n`),
    mayOpenTicket: async () => mayOpenTicket,
    stop: new AbortController().signal,
    patienceMs: 300,
  })

/** Verdicts of the summary by fact. */
export const verdicts = (): Record<string, string> => {
  const found = [...output.matchAll(/^(\w+): (holds|does not hold|could not be told)/gm)]
  return Object.fromEntries(found.map(([, name, verdict]) => [name!, verdict!]))
}

/** What a key opens can be told of a private file alone; files are public unless a test says otherwise. */
const ofPublicFile = 'mediaWithKey: could not be told (anyone can open it)\n'

/** Those of facts that do not hold or could not be told, but for what no public file tells. */
export const exceptions = (): Record<string, string> => {
  const { mediaWithKey, ...others } = verdicts()
  const all = { ...others, ...(mediaWithKey && !output.includes(ofPublicFile) && { mediaWithKey }) }
  return Object.fromEntries(Object.entries(all).filter(([, verdict]) => verdict !== 'holds'))
}

export const no = 'does not hold'
export const open = 'could not be told'

/** Requests that make something. */
export const creations = [
  /POST .*\/users$/,
  /POST .*\/conversations$/,
  /POST .*\/integrations$/,
  /POST .*\/switchboardIntegrations$/,
  /POST .*\/messages$/,
]
