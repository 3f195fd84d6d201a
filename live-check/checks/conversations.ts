import { isMarkedStart, markStart } from '../../src/session/mark'
import { isGone, isNotFound } from '../../src/sunco/error'
import type { Conversation, User } from '../../src/sunco/types'
import { msUntil, outcomeOf, part, refusedNote, seenAfter, type Check } from '../check'

export type Conversations = {
  user: User
  /** The one that is checked: not the user's first where they may have another, for Sunco never deletes the first. */
  main: Conversation
  other?: Conversation
}

/** Makes the test user and their conversations, and looks at what Sunco keeps of these. Nothing is said in them yet. */
export const checkConversations = async (check: Check): Promise<Conversations | undefined> => {
  const { app, findings, made, sunco } = check
  const begun = await part(check, ['defaultHolds'], async () => {
    made.begun.add('user')
    const user = await sunco.createUser({ externalId: made.name, profile: { givenName: 'Live check' } })
    const first = await sunco.createConversation(made.name, markStart('first'))
    await checkDefault(check, first)
    return { user, first }
  })
  if (!begun) return undefined
  const second = await part(check, ['multiConvoSetting'], async () => {
    const outcome = await outcomeOf(sunco.createConversation(made.name, markStart('second')))
    const isOn = app.settings?.multiConvoEnabled === true
    const isAsSet = isOn ? outcome.answer !== undefined : outcome.refusedWith === 400
    findings.tell('multiConvoSetting', isAsSet, refusedNote(outcome, 'a second one was made'))
    return outcome.answer
  })
  const { user, first } = begun
  const conversations = second ? { user, main: second, other: first } : { user, main: first }
  await checkListed(check, conversations.main, second ? 'second' : 'first')
  await checkMetadata(check, conversations.main)
  await checkUnknown(check)
  return conversations
}

const checkDefault = async ({ findings, operations }: Check, { id }: Conversation): Promise<void> => {
  const [expected, { active }] = [await operations.readDefaultHolder(), await operations.readControl(id)]
  if (expected === undefined) findings.leaveOpen(['defaultHolds'], 'the switchboard names no default')
  else findings.tell('defaultHolds', active?.id === expected, active ? undefined : 'nobody holds it')
}

const checkListed = (check: Check, { id }: Conversation, start: string): Promise<unknown> =>
  part(check, ['conversationListed'], async () => {
    const { findings, made, sunco } = check
    const ms = await msUntil(check, async () => {
      const listed = await sunco.listConversationsOf(made.name)
      return listed.some((conversation) => conversation.id === id && isMarkedStart(conversation.metadata, start))
    })
    findings.tell('conversationListed', ms !== undefined, seenAfter(ms))
  })

const checkMetadata = (check: Check, { id }: Conversation): Promise<unknown> =>
  part(check, ['metadataKept'], async () => {
    const { findings, sunco } = check
    await sunco.updateConversation(id, { liveCheckKept: 'yes', liveCheckChanged: 'no' })
    await sunco.updateConversation(id, { liveCheckChanged: 'yes' })
    let metadata: Conversation['metadata']
    const ms = await msUntil(check, async () => {
      metadata = (await sunco.getConversation(id)).metadata
      return metadata?.['liveCheckChanged'] === 'yes'
    })
    if (ms === undefined) findings.leaveOpen(['metadataKept'], 'the change is not shown')
    else findings.tell('metadataKept', metadata?.['liveCheckKept'] === 'yes', `change ${seenAfter(ms)}`)
  })

const checkUnknown = (check: Check): Promise<unknown> =>
  part(check, ['unknownNamed'], async () => {
    const { findings, sunco } = check
    try {
      await sunco.getConversation('0'.repeat(24))
      findings.tell('unknownNamed', false, 'it was found')
    } catch (error) {
      if (!isNotFound(error)) throw error
      findings.tell('unknownNamed', isGone(error), error.code ?? 'without a code')
    }
  })
