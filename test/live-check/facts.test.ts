import { describe, expect, it } from 'vitest'
import { factNames, facts, type FactName } from '../../live-check/facts'
import type { AppOptions, SuncoApp } from '../../sandbox/sunco'
import { envOf, exceptions, expectNothingLeft, newApp, no, open, run, shown, verdicts, watch, useStage } from './stage'

useStage()

const withoutTicket = { agentsShown: open, offerBesideAgents: open, offerAtOnce: open, releaseFromAgents: open }

describe('in an account in which all holds', () => {
  it('says so of every fact that a public file can tell, with what the code does, and leaves nothing behind', async () => {
    const app = newApp()
    expect(await run(app)).toBe(0)
    expect(Object.keys(verdicts())).toEqual(factNames)
    expect(exceptions()).toEqual({})
    expect(shown().match(/^holds {2,}.+: .+$/gm)).toHaveLength(factNames.length - 1)
    expect(shown()).toContain('mediaWithKey: could not be told (anyone can open it)')
    expect(shown()).toContain('2 of 10 are taken')
    expect(app.tickets).toMatchObject([
      { fields: { 'dataCapture.systemField.tags': 'live_check' }, sessionActive: false },
    ])
    expect(shown()).toContain('The ticket stays in Zendesk')
    expectNothingLeft()
  })

  it('says the same, and no word of the subdomain, where that is given', async () => {
    const app = newApp()
    expect(await run(app, { env: { ...envOf(app), SUNCO_SUBDOMAIN: `${app.subdomain}.zendesk.com` } })).toBe(0)
    expect(exceptions()).toEqual({})
    expectNothingLeft()
  })

  it.each(['zd:agentWorkspace', 'zd:answerBot'] as const)(
    'opens no ticket unless it may, with %s as the default',
    async (defaultIntegration) => {
      const app = newApp({ defaultIntegration })
      expect(await run(app, { mayOpenTicket: false })).toBe(0)
      expect(exceptions()).toEqual(withoutTicket)
      expect(app.tickets).toEqual([])
      expect(shown()).not.toContain('The ticket stays')
      expectNothingLeft()
    }
  )
})

/** The line of a fact with what the code does where it does not hold. */
const lineOf = (name: FactName): string | undefined =>
  shown()
    .split('\n')
    .find((line) => line.includes(facts[name].says) && line.endsWith(`: ${facts[name].fails}`))

const withoutMessages = { authorByExternalId: open, messageListed: open, plainTextKept: open, markdownFormatted: open }
const withoutHold = {
  unknownTargetRefused: open,
  releaseShown: open,
  ...withoutMessages,
  ownFileAccepted: open,
  foreignFileRefused: open,
  ...withoutTicket,
}
const withoutPlace = { offerShown: open, passShown: open, passEndsOffer: open, ...withoutHold }

const fill = (app: SuncoApp): void => {
  const [switchboard] = app.switchboards.keys()
  const place = {
    switchboardId: switchboard ?? '',
    integrationType: 'x',
    integrationId: 'x',
    deliverStandbyEvents: false,
  }
  for (let n = 3; n <= 10; n++) app.switchboardIntegrations.set(`${n}`, { id: `${n}`, name: `${n}`, ...place })
}

const addWebhooks = (app: SuncoApp): void => {
  app.addOtherIntegrations(1)
  const hook = { version: 'v2' as const, target: 'https://example.com/', triggers: [], secret: 'secret-of-another' }
  const flags = { includeFullUser: false, includeFullSource: false }
  for (const { webhooks } of app.integrations.values())
    for (let n = 1; n <= 10; n++) webhooks.push({ id: `${n}`, ...hook, ...flags })
}

/** Each fact with an account in which it does not hold, and what else is other there. */
const turned: Record<FactName, [AppOptions, Record<string, string>?, ((app: SuncoApp) => void)?]> = {
  subdomainNamed: [{ subdomain: null }],
  switchboardOn: [{ switchboardEnabled: false }, { ...withoutPlace, defaultHolds: no }],
  agentWorkspace: [{ agentWorkspace: false }, withoutTicket],
  multiConvo: [{ multiConvoEnabled: false }, { foreignFileRefused: open }],
  roomForWebhook: [{}, withoutPlace, addWebhooks],
  roomOnSwitchboard: [{}, withoutPlace, fill],
  multiConvoSetting: [{ turned: ['multiConvoSetting'] }, { foreignFileRefused: open }],
  conversationListed: [{ turned: ['conversationListed'] }],
  metadataKept: [{ metadataPatch: 'replace' }],
  unknownNamed: [{ turned: ['unknownNamed'] }],
  defaultHolds: [{ turned: ['defaultHolds'] }],
  offerShown: [{ turned: ['offerShown'] }, { offerBesideAgents: no, offerAtOnce: open }],
  passShown: [{ controlLagMs: 60_000 }, { offerShown: no, passEndsOffer: open, ...withoutHold }],
  passEndsOffer: [{ turned: ['passEndsOffer'] }],
  unknownTargetRefused: [{ turned: ['unknownTargetRefused'] }],
  releaseShown: [{ turned: ['releaseShown'] }, { releaseFromAgents: no }],
  authorByExternalId: [{ turned: ['authorByExternalId'] }],
  messageListed: [{ turned: ['messageListed'] }],
  plainTextKept: [{ turned: ['plainTextKept'] }],
  markdownFormatted: [{ turned: ['markdownFormatted'] }],
  mediaHost: [{ turned: ['mediaHost'] }, { fileOpen: open, mediaWithKey: open, foreignFileRefused: no }],
  fileOpen: [{ privateAttachments: true }],
  mediaWithKey: [{ privateAttachments: true, turned: ['mediaWithKey'] }, { fileOpen: no }],
  ownFileAccepted: [{ turned: ['ownFileAccepted'] }, { foreignFileRefused: open }],
  foreignFileRefused: [{ turned: ['foreignFileRefused'] }],
  agentsShown: [{ turned: ['agentsShown'], defaultIntegration: 'zd:answerBot' }],
  offerBesideAgents: [{ turned: ['offerShown'] }, { offerShown: no, offerAtOnce: open }],
  offerAtOnce: [{ turned: ['offerAtOnce'] }],
  releaseFromAgents: [{ turned: ['releaseShown'] }, { releaseShown: no }],
}

describe('in an account in which something is otherwise', () => {
  it.each(Object.entries(turned))('tells that %s does not hold', async (name, [options, others = {}, prepare]) => {
    const app = newApp(options, prepare)
    expect(await run(app)).toBe(0)
    expect(exceptions()).toEqual({ ...others, [name]: no })
    expect(lineOf(name as FactName)).toMatch(/^does not hold {2}/)
    expect(app.tickets.length).toBeLessThanOrEqual(1)
    expectNothingLeft()
  })

  it.each([
    ['the switchboard is off', { switchboardEnabled: false }, undefined],
    ['the switchboard is full', {}, fill],
    ['there are all the webhooks', {}, addWebhooks],
  ])('takes no place where %s', async (_, options, prepare) => {
    const asked: string[] = []
    watch.onBegin = ({ method, path }) => void asked.push(`${method} ${path}`)
    await run(newApp(options, prepare))
    expect(asked.filter((request) => /POST .*integrations$/i.test(request))).toEqual([])
  })

  it('tells that a private file answers 401 or 403 to anyone', async () => {
    await run(newApp({ privateAttachments: true }))
    expect(shown()).toMatch(/fileOpen: does not hold \(40[13] without the key\)/)
  })

  it('tells how late control is shown', async () => {
    await run(newApp({ controlLagMs: 200 }))
    expect(shown()).toMatch(/passShown: holds \(seen after \d+ ms\)/)
    expectNothingLeft()
  })

  it('opens no ticket by a release that gives control to the default', async () => {
    const app = newApp({ turned: ['releaseShown'] })
    await run(app, { mayOpenTicket: false })
    expect(app.tickets).toEqual([])
    expect(shown()).toContain('releaseShown: does not hold (Agent Workspace is shown)')
  })
})
