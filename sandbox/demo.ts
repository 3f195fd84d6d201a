import { seen, startWorld, type World } from './world'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** A red dot, 1 by 1 pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64'
)

const textOf = (payload: Record<string, unknown>): string =>
  typeof payload.text === 'string' ? payload.text : JSON.stringify(payload)

/** One handoff from install to uninstall. Every line tells what was seen on the other side, not what was sent. */
const playHandoff = async ({ app, installation, plugin }: World): Promise<void> => {
  const registered = await installation.register()
  if (registered.status !== 200) throw new Error(`register answered ${registered.status}`)
  const [integration] = [...app.integrations.values()]
  const linked = [...app.switchboardIntegrations.values()].some(
    (place) => place.integrationId === integration?.id && place.name === integration?.displayName
  )
  if (!integration || !linked) throw new Error('the custom integration is not linked to the switchboard')
  say(`install      "${integration.displayName}" with its webhook stands in Zendesk, linked to the switchboard`)

  const customer = plugin.customer({ id: 'customer-1', name: 'Jane Doe', email: 'jane@example.com' })
  await customer.say('Where is my order 1234?')
  customer.botSays('I cannot see orders. Shall I fetch a colleague?')
  await customer.say('Yes, please')
  await customer.escalate({ title: 'Order 1234', hitlSession: { priority: 'High', tags: ['order'] } })
  const ticket = await seen('a ticket', () => app.tickets[0])
  say(`escalation   ticket ${ticket.id} is open, with ${Object.keys(ticket.fields).length} fields and this transcript:`)
  for (const line of String(ticket.transcript[0]?.content.text).split('\n')) say(`             | ${line}`)

  await customer.say('Are you there?')
  const messagesOf = () => app.conversations.get(ticket.conversationId)?.messages ?? []
  await seen('the customer in Zendesk', () => messagesOf().some(({ author }) => author.type === 'user'))
  say('customer     "Are you there?" stands in the ticket, said by the customer')

  const agent = app.agent({ id: '9001', name: 'Ada', avatarUrl: 'https://example.com/ada.png' })
  agent.say(ticket.conversationId, 'Hello Jane, I am looking into it.')
  const first = await seen('the agent', () => customer.messages.find(({ from }) => from === 'agent'))
  say(`agent        ${first.agentName} joined and the customer reads "${textOf(first.payload)}"`)

  const { mediaUrl } = agent.uploadFile(ticket.conversationId, {
    name: 'parcel.png',
    mediaType: 'image/png',
    bytes: new Uint8Array(picture),
  })
  agent.say(ticket.conversationId, { type: 'image', mediaUrl, mediaType: 'image/png', altText: 'parcel.png' })
  const image = await seen('the picture', () => customer.messages.find(({ type }) => type === 'image'))
  say(`agent        the customer sees the picture "${String(image.payload.title)}"`)

  await customer.say({ type: 'image', payload: { imageUrl: 'https://example.com/door.png', title: 'My door' } })
  await seen('the customer’s picture', () => messagesOf().some(({ content }) => content.altText === 'My door'))
  say('customer     the picture "My door" stands in the ticket')

  agent.say(ticket.conversationId, {
    type: 'text',
    text: 'Shall I send it again?',
    actions: [
      { type: 'reply', text: 'Yes, please', payload: 'YES' },
      { type: 'link', text: 'Delivery terms', uri: 'https://example.com/terms' },
    ],
  })
  const buttons = await seen('the buttons', () =>
    customer.messages.find(({ payload }) => textOf(payload).includes('terms'))
  )
  say(`agent        buttons arrive as lines: ${textOf(buttons.payload).replaceAll('\n', ' | ')}`)

  app.privateAttachments = true
  const secret = agent.uploadFile(ticket.conversationId, {
    name: 'invoice.pdf',
    mediaType: 'application/pdf',
    bytes: new Uint8Array(Buffer.from('%PDF-')),
  })
  const { status } = await fetch(secret.mediaUrl)
  agent.say(ticket.conversationId, {
    type: 'file',
    mediaUrl: secret.mediaUrl,
    mediaType: 'application/pdf',
    text: 'Your invoice',
  })
  const bloc = await seen('the private file', () => customer.messages.find(({ type }) => type === 'bloc'))
  const [file, caption] = bloc.payload.items as { payload: { fileUrl?: string; text?: string } }[]
  const copy = await fetch(file?.payload.fileUrl ?? '')
  if (!copy.ok) throw new Error('the customer cannot open the private file')
  say(
    `agent        a private file (${status} to the customer) is copied to where it opens (${copy.status}), with "${caption?.payload.text}"`
  )

  agent.endSession(ticket.conversationId)
  await seen('the end', () => !customer.isWithAgent())
  say('end          Ada ended the session and the customer is back with the bot')

  const unregistered = await installation.unregister()
  if (unregistered.status !== 200) throw new Error(`unregister answered ${unregistered.status}`)
  if (app.integrations.size > 0) throw new Error('a custom integration was left behind')
  const left = [...app.switchboardIntegrations.values()].filter(({ name }) => name.startsWith('botpress-hitl-'))
  if (left.length > 0) throw new Error('a switchboard integration was left behind')
  say('uninstall    nothing is left behind in Zendesk')
}

const main = async (): Promise<void> => {
  const world = await startWorld()
  try {
    await playHandoff(world)
    say(`demo passed  ${world.wire.length} requests between bot, integration and Zendesk`)
  } finally {
    await world.close()
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`demo failed  ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
