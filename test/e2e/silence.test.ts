import { expect, it } from 'vitest'
import { createHitlPlugin } from '../../sandbox/botpress/hitl-plugin'
import { seen, useFaults, useStage } from './stage'

const { sunco: suncoFaults, botpress: botpressFaults } = useFaults()
const stage = useStage({
  sunco: { fault: suncoFaults.fault },
  botpress: { fault: botpressFaults.fault, refusalText: 'Refused: Your balance is 4711 thalers' },
})

/** Values that can be told from anything else, wherever they turn up. */
const marked = {
  name: 'Zebedee Quibblethwaite',
  email: 'zebedee.quibble@private.example',
  said: 'My IBAN is DE89-QUIBBLE',
  agent: 'Agent Ottoline Secretive',
  reply: 'Your balance is 4711 thalers',
  title: 'Divorce of Mr Quibble',
}

it('says nothing of people, messages or secrets, whatever goes wrong', async () => {
  const bot = await stage.newBot()
  const answers: unknown[] = []
  const plugin = createHitlPlugin(bot.installation)
  const customer = plugin.customer({ id: 'c1', name: marked.name, email: marked.email })
  await customer.say(marked.said)

  for (const match of [/users/, /conversations$/, /passControl/, /messages$/]) {
    suncoFaults.next(match, { kind: 'refuse', status: 400, code: `refused for ${marked.name}` }, Infinity)
    await customer.escalate({ title: marked.title }).catch((error: Error) => answers.push(error.message))
    suncoFaults.clear()
  }
  botpressFaults.next(/users/, { kind: 'refuse', status: 400, code: 'InvalidPayload' }, 2)
  await customer.escalate().catch((error: Error) => answers.push(error.message))
  expect(answers.length).toBeGreaterThanOrEqual(4)
  botpressFaults.clear()
  await customer.escalate({
    title: marked.title,
    description: marked.said,
    hitlSession: {
      customTicketFields: Array.from({ length: 60 }, (_, n) => ({ id: `${n}`, value: marked.said.repeat(5) })),
    },
  })

  const { conversationId } = bot.app.tickets.at(-1)!
  const agent = bot.app.agent({ id: '4711', name: marked.agent })
  botpressFaults.next(/POST/, { kind: 'refuse', status: 500 }, 3)
  agent.say(conversationId, marked.reply)
  await seen('the reply', () => customer.messages.some(({ from }) => from === 'agent'))
  suncoFaults.next(/messages$/, { kind: 'refuse', status: 400, code: 'bad_request' })
  await customer.say(marked.said)
  for (const apiKey of ['', 'guessed']) {
    const headers = { 'x-api-key': apiKey }
    await fetch(bot.installation.webhookUrl, { method: 'POST', headers, body: marked.reply })
  }
  botpressFaults.next(/messages\/get-or-create/, { kind: 'refuse', status: 400, code: 'InvalidPayload' })
  agent.say(conversationId, marked.reply)
  await stage.world().sunco.settled()
  suncoFaults.next(/releaseControl/, { kind: 'refuse', status: 403, code: 'forbidden' })
  await customer.end().catch((error: Error) => answers.push(error.message))
  await stage.world().sunco.settled()
  bot.installation.configuration = { ...bot.installation.configuration, keySecret: 'another-secret' }
  answers.push((await bot.installation.register()).body, (await bot.installation.unregister()).body)

  const { log } = stage.world().integration
  const spoken = JSON.stringify([log, answers])
  const [integration] = bot.app.integrations.values()
  const secrets = [bot.app.keySecret, 'another-secret', integration!.webhooks[0]!.secret, stage.world().botpress.token]
  for (const value of [...Object.values(marked), ...secrets, 'guessed', 'Bearer', 'eyJ', 'Quibble', 'Ottoline']) {
    expect(spoken).not.toContain(value)
  }
  expect(log.length).toBeGreaterThan(5)

  const urls = stage
    .world()
    .wire.map(({ path, query }) => decodeURIComponent(`${path}${query}`))
    .join('\n')
  for (const value of [...Object.values(marked), ...secrets]) expect(urls).not.toContain(value)
})
