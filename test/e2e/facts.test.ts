import { describe, expect, it } from 'vitest'
import type { BotpressEvent } from '../../sandbox/botpress'
import { ada, announcedIn, bob, seen, sleep, tagsOf, useTroubledStage, type Handoff } from './stage'

const { stage, faults } = useTroubledStage()

const say = async (handoff: Handoff, agent: Parameters<Handoff['app']['agent']>[0], text: string): Promise<void> => {
  handoff.app.agent(agent).say(handoff.conversationId, text)
  await seen(text, () => handoff.fromAgents().includes(text))
  await stage.world().sunco.settled()
}

/** What a flow that wakes up on an event would read. */
const tagsAt = (handoff: Handoff, type: BotpressEvent['type']): Record<string, string>[] => {
  const read: Record<string, string>[] = []
  handoff.installation.onEvent((event) => {
    if (event.type === type && event.payload.conversationId === handoff.downstreamId) read.push({ ...tagsOf(handoff) })
  })
  return read
}

const at = (date: string | undefined): number => {
  expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  return Date.parse(date!)
}

describe('the facts of a session', () => {
  it('stand in its tags when the bot’s flow goes on', async () => {
    const began = Date.now()
    const handoff = await stage.newHandoff()
    const read = tagsAt(handoff, 'hitlStopped')
    expect(at(tagsOf(handoff).startedAt)).toBeGreaterThanOrEqual(began)
    for (const name of ['agentId', 'agentName', 'assignedAt', 'endedAt', 'endReason', 'language']) {
      expect(tagsOf(handoff)).not.toHaveProperty(name)
    }
    await say(handoff, ada, 'Hello')
    const { assignedAt } = tagsOf(handoff)
    expect(at(assignedAt)).toBeGreaterThan(at(tagsOf(handoff).startedAt))
    expect(tagsOf(handoff)).toMatchObject({ agentId: '77', agentName: 'Ada' })
    await say(handoff, bob, 'I take over')
    handoff.app.agent(bob).endSession(handoff.conversationId)
    await seen('the end', () => read.length > 0)
    expect(read).toEqual([
      expect.objectContaining({ agentId: '99', agentName: 'Bob', assignedAt, endReason: 'released', live: 'true' }),
    ])
    expect(at(read[0]?.endedAt)).toBeGreaterThan(at(assignedAt))
    expect(at(read[0]?.endedAt)).toBeLessThanOrEqual(Date.now())
  })

  it('are true where the bot takes the customer back', async () => {
    const handoff = await stage.newGrownHandoff()
    await handoff.customer.end()
    expect(tagsOf(handoff).endReason).toBe('stopHitl')
    expect(Date.now() - at(tagsOf(handoff).endedAt)).toBeLessThan(30_000)
    expect(tagsOf(handoff)).not.toHaveProperty('agentName')
  })

  it('say nothing of an end that did not come', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.sunco.next(/POST .*releaseControl$/, { kind: 'refuse', status: 403 }, Infinity)
    const { status } = await handoff.installation.tryAction('stopHitl', { conversationId: handoff.downstreamId })
    expect(status).toBe(400)
    expect(tagsOf(handoff)).not.toHaveProperty('endReason')
    expect(tagsOf(handoff)).not.toHaveProperty('endedAt')
  })

  it('follow an agent who is renamed', async () => {
    const handoff = await stage.newGrownHandoff()
    await say(handoff, ada, 'Hello')
    await say(handoff, { ...ada, name: 'Ada L.' }, 'It is me')
    expect(tagsOf(handoff)).toMatchObject({ agentId: '77', agentName: 'Ada L.' })
    expect(announcedIn(handoff)).toHaveLength(1)
  })

  it('name an agent of whom Zendesk tells no id', async () => {
    const handoff = await stage.newGrownHandoff()
    await say(handoff, ada, 'Hello')
    handoff.app
      .agent({ id: '', name: 'Carol' })
      .say(handoff.conversationId, 'Hi', { subtypes: ['agent'], metadata: { '__zendesk_msg.agent.id': '' } })
    await seen('Carol', () => tagsOf(handoff).agentName === 'Carol')
    expect(tagsOf(handoff)).not.toHaveProperty('agentId')
  })
})

describe('facts that could not be written down', () => {
  const refuseNotes = () => faults.botpress.next(/PUT .*chat\/conversations/, { kind: 'refuse', status: 400 }, Infinity)

  it.each([
    ['of the first agent', ada, 'Ada', true],
    ['of a later one', bob, 'Bob', false],
  ])('%s, are made good at the end', async (_, unnoted, name, isFirst) => {
    const handoff = await stage.newGrownHandoff()
    const read = tagsAt(handoff, 'hitlStopped')
    if (isFirst) refuseNotes()
    const before = Date.now()
    await say(handoff, ada, 'Hello')
    const after = Date.now()
    await sleep(100)
    if (!isFirst) refuseNotes()
    await say(handoff, unnoted, 'Are you there?')
    faults.botpress.clear()
    expect(tagsOf(handoff).agentName).not.toBe(name)
    handoff.app.agent(ada).endSession(handoff.conversationId)
    await seen('the end', () => read.length > 0)
    expect(read[0]).toMatchObject({ agentId: unnoted.id, agentName: name })
    expect(at(read[0]?.assignedAt)).toBeGreaterThanOrEqual(before)
    expect(at(read[0]?.assignedAt)).toBeLessThanOrEqual(after)
  })

  it('are made good where the bot takes the customer back', async () => {
    const handoff = await stage.newGrownHandoff()
    refuseNotes()
    await say(handoff, ada, 'Hello')
    faults.botpress.clear()
    expect(tagsOf(handoff)).not.toHaveProperty('agentName')
    await handoff.customer.end()
    expect(tagsOf(handoff)).toMatchObject({ agentId: '77', agentName: 'Ada', endReason: 'stopHitl' })
    expect(tagsOf(handoff)).toHaveProperty('assignedAt')
  })

  it('are those of the agent whose words only the end brings', async () => {
    const handoff = await stage.newGrownHandoff()
    await say(handoff, ada, 'Hello')
    const read = tagsAt(handoff, 'hitlStopped')
    await stage.whileDown(() => void handoff.app.agent(bob).say(handoff.conversationId, 'Bye'))
    handoff.app.agent(bob).endSession(handoff.conversationId)
    await seen('the end', () => read.length > 0)
    expect(handoff.fromAgents()).toEqual(['Hello', 'Bye'])
    expect(read[0]).toMatchObject({ agentId: '99', agentName: 'Bob' })
  })

  it('do not keep back what the agent says', async () => {
    const handoff = await stage.newGrownHandoff()
    faults.botpress.next(/PUT .*chat\/conversations/, { kind: 'hang' })
    const began = Date.now()
    handoff.app.agent(ada).say(handoff.conversationId, 'Hello')
    await seen('the word', () => handoff.fromAgents().length === 1)
    // A call that hangs takes five seconds.
    expect(Date.now() - began).toBeLessThan(3_000)
  })

  it('tell when an agent spoke, not when it was heard of', async () => {
    const handoff = await stage.newGrownHandoff()
    const said = Date.now()
    await stage.whileDown(() => void handoff.app.agent(ada).say(handoff.conversationId, 'Hello'))
    await sleep(1_500)
    await say(handoff, ada, 'Are you there?')
    expect(at(tagsOf(handoff).assignedAt) - said).toBeLessThan(1_400)
  })
})

describe('an agent whose name is told later', () => {
  it('is announced with it', async () => {
    const handoff = await stage.newGrownHandoff()
    await say(handoff, { id: '42' }, 'Hello')
    await say(handoff, { id: '42', name: 'Anna' }, 'It is me')
    await say(handoff, { id: '42', name: 'Anna' }, 'And me again')
    expect(announcedIn(handoff)).toEqual(['Agent', 'Anna'])
    expect(tagsOf(handoff)).toMatchObject({ agentId: '42', agentName: 'Anna' })
  })
})

describe('every message to the customer', () => {
  const speakers = (handoff: Handoff): unknown[] =>
    handoff.customer.messages
      .filter(({ from }) => from === 'agent')
      .map(({ additionalData }) => JSON.parse(String(additionalData)) as unknown)

  it('says who speaks, whatever its type is', async () => {
    const bot = await stage.newBot()
    bot.installation.configuration = { ...bot.installation.configuration, forwardAutomatedMessages: true }
    const handoff = await stage.newGrownHandoff(bot)
    const agent = handoff.app.agent(ada)
    const { mediaUrl } = agent.uploadFile(handoff.conversationId, {
      name: 'a.png',
      mediaType: 'image/png',
      bytes: new Uint8Array([1]),
    })
    await say(handoff, ada, 'Hello')
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png' })
    agent.say(handoff.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png', text: 'with a caption' })
    await seen('the pictures', () => handoff.fromAgents().length === 3)
    handoff.app.automatedMessage(handoff.conversationId, 'How did we do?')
    await seen('the survey', () => handoff.fromAgents().length === 4)
    const ofAda = { agentId: '77', agentName: 'Ada' }
    expect(speakers(handoff)).toEqual([ofAda, ofAda, ofAda, { agentName: 'Automated message' }])
    expect(handoff.fromAgents().slice(0, 3)).toEqual(['Hello', 'image', 'bloc'])
  })
})

describe('the customer’s language', () => {
  const inLanguage = async (language: unknown, bot?: Handoff): Promise<Handoff> => {
    const used = bot ?? (await stage.newBot())
    used.installation.configuration = { ...used.installation.configuration, forwardAutomatedMessages: true }
    return stage.newGrownHandoff(used, { hitlSession: { language } })
  }
  const namesOf = (handoff: Handoff) =>
    handoff.customer.messages.filter(({ from }) => from === 'agent').map(({ agentName }) => agentName)
  const nameless = { id: '55' }

  it.each([
    ['pt-BR', 'pt-BR', 'Atendente', 'Mensagem automática'],
    ['ja', 'ja', '担当者', '自動メッセージ'],
    ['sv', 'sv', 'Agent', 'Automated message'],
  ])('%s is spoken in what is not the agent’s own', async (language, tag, agentName, automation) => {
    const handoff = await inLanguage(language)
    expect(tagsOf(handoff).language).toBe(tag)
    await say(handoff, nameless, 'Hello')
    handoff.app.automatedMessage(handoff.conversationId, 'How did we do?')
    await seen('the survey', () => handoff.fromAgents().length === 2)
    expect(namesOf(handoff)).toEqual([agentName, automation])
    expect(announcedIn(handoff)).toEqual([agentName])
    expect(tagsOf(handoff)).toMatchObject({ agentId: '55', agentName })
  })

  it('holds for what cannot be shown', async () => {
    const handoff = await inLanguage('fr')
    await say(handoff, ada, 'Bonjour')
    handoff.app.agent(ada).say(handoff.conversationId, { type: 'hologram' })
    await seen('the line', () => handoff.fromAgents().length === 2)
    faults.botpress.next(/POST .*messages\/get-or-create$/, { kind: 'refuse', status: 400, code: 'InvalidPayload' })
    handoff.app.agent(ada).say(handoff.conversationId, 'refused')
    await seen('the other line', () => handoff.fromAgents().length === 3)
    const line = 'Ce message ne peut pas être affiché ici.'
    expect(handoff.fromAgents()).toEqual(['Bonjour', line, line])
    expect(stage.world().integration.log.join('\n')).toContain('cannot be shown (hologram)')
  })

  it('is known where the note is lost', async () => {
    const handoff = await inLanguage('de')
    const conversation = handoff.app.conversations.get(handoff.conversationId)!
    conversation.metadata = { ...conversation.metadata, botpressHitlNote: 'made:1:up:x' }
    await say(handoff, nameless, 'Hallo')
    expect(namesOf(handoff)).toEqual(['Serviceteam'])
  })

  it('of one customer changes no name that another one reads', async () => {
    const french = await inLanguage('fr')
    const english = await inLanguage('en', french)
    await say(french, nameless, 'Bonjour')
    await say(english, { id: '56' }, 'Hello')
    await say(french, nameless, 'Vous êtes là ?')
    const names = [...french.installation.users.values()].map(({ name }) => name)
    expect(names).toContain('Conseiller')
    expect(names).toContain('Agent')
    expect(namesOf(french)).toEqual(['Conseiller', 'Conseiller'])
    expect(namesOf(english)).toEqual(['Agent'])
  })

  it.each([['French'], ['no language at all'], [{ code: 'fr' }]])(
    'does not keep a handoff from beginning: %j',
    async (language) => {
      const before = stage.world().integration.log.length
      const handoff = await inLanguage(language)
      expect(tagsOf(handoff)).not.toHaveProperty('language')
      expect(stage.world().integration.log.slice(before).join('\n')).toContain('"language" holds no BCP 47 tag')
      await say(handoff, nameless, 'Hello')
      expect(namesOf(handoff)).toEqual(['Agent'])
    }
  )
})
