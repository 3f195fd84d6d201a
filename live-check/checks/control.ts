import { toTicketMetadata } from '../../src/handoff/ticket-metadata'
import { markMove } from '../../src/session/mark'
import type { Conversation } from '../../src/sunco/types'
import { msUntil, outcomeOf, part, refusedNote, seenAfter, type Check } from '../check'
import type { Control } from '../operations'

/** Ids of switchboard integrations: ours, and Agent Workspace. */
export type Places = { own: string; agents: string }

export const controlFacts = [
  'offerShown',
  'passShown',
  'passEndsOffer',
  'unknownTargetRefused',
  'releaseShown',
] as const

/**
 * Moves control of a conversation in which nothing was said, so that no ticket can open whoever holds it. Ends with
 * control in our hands; returns whether it is seen there.
 */
export const checkControl = async (check: Check, { id }: Conversation, own: string): Promise<boolean> => {
  const { findings, operations, sunco } = check
  const isSeen = (look: (control: Control) => boolean) =>
    msUntil(check, async () => look(await operations.readControl(id)))
  const pass = async (): Promise<number | undefined> => {
    await sunco.passControl(id, own, markMove('take'))
    return isSeen(({ active }) => active?.id === own)
  }

  await part(check, ['offerShown'], async () => {
    const { active: holder } = await operations.readControl(id)
    await sunco.offerControl(id, own)
    const ms = await isSeen(({ active, pending }) => pending?.id === own && active?.id === holder?.id)
    findings.tell('offerShown', ms !== undefined, seenAfter(ms))
  })
  const isHeld = await part(check, ['passShown', 'passEndsOffer'], async () => {
    const ms = await pass()
    findings.tell('passShown', ms !== undefined, seenAfter(ms))
    if (ms === undefined) findings.leaveOpen(['passEndsOffer'], 'the pass is not shown')
    else findings.tell('passEndsOffer', (await operations.readControl(id)).pending?.id !== own)
    return ms !== undefined
  })
  // Where not even we can be given control, a refusal of someone else says nothing.
  if (!isHeld) {
    findings.leaveOpen(['unknownTargetRefused', 'releaseShown'], 'control is not seen with us')
    return false
  }
  await part(check, ['unknownTargetRefused'], async () => {
    const outcome = await outcomeOf(sunco.passControl(id, '0'.repeat(24)))
    const isRefused = outcome.refusedWith === 400 || outcome.refusedWith === 404
    findings.tell('unknownTargetRefused', isRefused, refusedNote(outcome, 'accepted'))
  })
  await part(check, ['releaseShown'], async () => {
    await sunco.releaseControl(id, markMove('release'))
    const ms = await isSeen(({ active }) => !active)
    const note = ms === undefined ? holderOf(await operations.readControl(id), own) : seenAfter(ms)
    findings.tell('releaseShown', ms !== undefined, note)
  })
  const isHeldAgain = await part(check, [], async () => (await pass()) !== undefined)
  return isHeldAgain === true
}

/** Without an id. */
const holderOf = ({ active }: Control, own: string): string => {
  if (active?.id === own) return 'we are still shown'
  return active?.integrationType === 'zd:agentWorkspace' ? 'Agent Workspace is shown' : 'another one is shown'
}

export const ticketFacts = ['agentsShown', 'offerBesideAgents', 'offerAtOnce', 'releaseFromAgents'] as const

/** Opens a ticket, offers control back at once as a handoff does, and ends the session. */
export const checkTicket = (check: Check, { id }: Conversation, { own, agents }: Places): Promise<unknown> =>
  part(check, ticketFacts, async () => {
    const { findings, made, operations, sunco } = check
    const isSeen = (look: (control: Control) => boolean) =>
      msUntil(check, async () => look(await operations.readControl(id)))
    const author = { type: 'business' } as const
    const [first] = await sunco.postMessage(id, { author, content: { type: 'text', text: 'A live check of the API.' } })
    const { metadata } = toTicketMetadata({
      customer: { name: 'Live check' },
      fields: { tags: ['live_check'] },
      firstMessageId: first?.id ?? '',
      mark: markMove('ticket'),
    })
    made.begun.add('ticket')
    await sunco.passControl(id, agents, metadata)
    const early = await outcomeOf(sunco.offerControl(id, own))
    const shown = await isSeen(({ active }) => active?.id === agents)
    findings.tell('agentsShown', shown !== undefined, seenAfter(shown))
    const isOffered = (): Promise<number | undefined> =>
      isSeen(({ active, pending }) => pending?.id === own && (shown === undefined || active?.id === agents))
    const stoodAtOnce = early.refusedWith === undefined && (await isOffered()) !== undefined
    const again = stoodAtOnce ? early : await outcomeOf(sunco.offerControl(id, own))
    const stands = stoodAtOnce || (again.refusedWith === undefined && (await isOffered()) !== undefined)
    findings.tell('offerBesideAgents', stands, refusedNote(again))
    if (stands) findings.tell('offerAtOnce', stoodAtOnce, refusedNote(early))
    else findings.leaveOpen(['offerAtOnce'], 'no offer is shown')
    const release = await outcomeOf(sunco.releaseControl(id, markMove('release')))
    if (release.refusedWith !== undefined) return findings.tell('releaseFromAgents', false, refusedNote(release))
    const released = await isSeen(({ active }) => !active)
    findings.tell('releaseFromAgents', released !== undefined, seenAfter(released))
  })
