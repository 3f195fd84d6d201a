import { version } from '../package.json'
import { Deadline } from '../src/platform/deadline'
import { reasonOf } from '../src/platform/failure'
import { SuncoClient } from '../src/sunco/client'
import { connect } from '../src/sunco/connection'
import { findHost, type Credentials } from '../src/sunco/host'
import type { Transport } from '../src/sunco/transport'
import type { App } from '../src/sunco/types'
import { part, type Check } from './check'
import { checkAccount } from './checks/account'
import { checkControl, checkTicket, controlFacts, ticketFacts } from './checks/control'
import { checkConversations } from './checks/conversations'
import { checkFiles } from './checks/files'
import { checkMessages, messageFacts } from './checks/messages'
import { takePlace } from './checks/place'
import { explainRefusal, readEnvironment } from './environment'
import { factNames } from './facts'
import { createFindings } from './findings'
import { nothingMade, removeMade } from './made'
import { createOperations } from './operations'

export type LiveCheckOptions = {
  env: Record<string, string | undefined>
  say: (line: string) => void
  /** Whether a ticket may be opened. */
  mayOpenTicket: () => Promise<boolean>
  /** Ends the check after the call under way; what was made is removed all the same. */
  stop: AbortSignal
  /** How long is looked for what may be shown late; left out: as long as the integration waits for control. */
  patienceMs?: number
}

/** One call with its repetitions, in milliseconds: whoever stops the check does not wait longer for its end. */
const callTakesMs = 15_000

/** Returns the exit code: 0 for a check that was played to its end and left nothing behind. */
export const runLiveCheck = async (options: LiveCheckOptions): Promise<number> => {
  const { env, say, stop, patienceMs = 10_000 } = options
  const { credentials, complaints } = readEnvironment(env)
  complaints.forEach(say)
  if (complaints.length > 0) return 1
  say('Looking for the app...')
  const finding = findHost(credentials, Deadline.in(callTakesMs))
  const found = await finding.catch((error: unknown) => say(explainRefusal(error, credentials)))
  if (!found) return 1
  say(`The key is accepted, on ${nameOf(found.host)}.`)

  const { open, openStoppable } = opener(found.host, credentials, stop)
  const made = nothingMade()
  const findings = createFindings(say)
  let failure: string | undefined
  try {
    await play({ ...found, ...openStoppable(), findings, made, patienceMs, stop }, options)
  } catch (error) {
    failure = stop.aborted ? 'stopped' : reasonOf(error)
    say(`The check ended early (${failure}).`)
  }
  findings.leaveOpen(failure ? [] : factNames, 'not looked at')

  say('Removing what was made...')
  const { sunco, operations } = open()
  const left = await removeMade(sunco, operations, made)
  for (const what of left) say(`Not removed: ${what}.`)
  if (left.length > 0) say(`Look in Zendesk for what is named ${made.name}.`)
  else say('All of it is removed.')
  if (made.begun.has('ticket'))
    say('The ticket stays in Zendesk, with the tag live_check: it can only be deleted there.')

  say('')
  say('For the authors (no ids, names or secrets in it):')
  say(`live check of zendesk-messaging-hitl ${version}, on ${nameOf(found.host)}${failure ? `, ended early` : ''}`)
  findings.summary().forEach(say)
  say(left.length > 0 ? `left behind: ${left.length}` : 'left behind: nothing')
  return stop.aborted ? 130 : failure || left.length > 0 ? 1 : 0
}

/** Hosts of smooch.io are the same for everyone; a Zendesk host names the account. */
const nameOf = (host: string): string => {
  const { hostname } = new URL(host)
  return hostname.endsWith('.smooch.io') ? hostname : "the account's own host"
}

const opener = (host: string, credentials: Credentials, stop: AbortSignal) => {
  const { transport, authorization } = connect(host, credentials)
  const openWith = (way: Transport) => ({
    sunco: new SuncoClient(way, async () => authorization()),
    operations: createOperations(way),
  })
  const limited: Transport = (call) => transport(Deadline.in(callTakesMs))(call)
  return {
    open: () => openWith(limited),
    openStoppable: () =>
      openWith(async (call) => {
        stop.throwIfAborted()
        return limited(call)
      }),
  }
}

const play = async (check: Check & { app: App }, { mayOpenTicket }: LiveCheckOptions): Promise<void> => {
  const { findings } = check
  const account = await checkAccount(check)
  const conversations = await checkConversations(check)
  if (!conversations) return
  const { main } = conversations
  const switchboard = account?.inventory.switchboard
  const mayTakePlace = switchboard?.enabled && account?.hasRoom
  const own = mayTakePlace ? await part(check, controlFacts, () => takePlace(check, switchboard)) : undefined
  if (own === undefined) findings.leaveOpen(controlFacts, 'no place on the switchboard was to be had')
  const isHeld = own !== undefined && (await checkControl(check, main, own))
  if (isHeld) await checkMessages(check, conversations)
  else findings.leaveOpen(messageFacts, 'control is not seen with us')
  await checkFiles(check, conversations, isHeld)

  const agents = account?.inventory.agentWorkspace?.id
  if (!isHeld || agents === undefined) return findings.leaveOpen(ticketFacts, 'control is not seen with us')
  const mayOpen = await mayOpenTicket()
  check.stop.throwIfAborted()
  if (mayOpen) await checkTicket(check, main, { own, agents })
  else findings.leaveOpen(ticketFacts, 'no ticket was to be opened')
}
