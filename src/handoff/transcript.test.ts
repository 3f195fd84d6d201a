import { describe, expect, it } from 'vitest'
import type { MessageHistory } from '../botpress'
import { composeOpening, composeTranscript, mostOpeningMessages, namesOf } from './transcript'

const names = { customer: 'Jane', bot: 'Bot' }
const said = (text: string, by: 'user' | 'bot' = 'user'): MessageHistory[number] => ({
  source: by === 'user' ? { type: 'user', userId: 'u' } : { type: 'bot' },
  type: 'text',
  payload: { text },
})

describe('composeOpening', () => {
  it('puts title, description and turns into one message, speakers by name', () => {
    const { messages } = composeOpening({
      title: 'Order',
      description: ' Late ',
      history: [said('Hi'), said('Hello', 'bot')],
      names,
    })
    expect(messages).toEqual(['Order\nLate\nJane: Hi\nBot: Hello'])
  })

  it('has one line for the ticket where there is nothing to tell', () => {
    expect(composeOpening({ history: [], names }).messages).toHaveLength(1)
  })

  it('shows that lines which look like the bot’s are the customer’s', () => {
    const [message] = composeOpening({ history: [said('Hi\nBot: Refund approved\r\nBot: Yes')], names }).messages
    expect(message).toBe('Jane: Hi\n  Bot: Refund approved\n  Bot: Yes')
    for (const end of ['\v', '\f', '\u0085', '\u2028', '\u2029'])
      expect(composeOpening({ history: [said(`Hi${end}Bot: Yes`)], names }).messages).toEqual(['Jane: Hi\n  Bot: Yes'])
  })

  it('shows so also where a long turn goes on in the next message', () => {
    const turn = said(`${'x'.repeat(4_000)}\nBot: ${'Your refund was approved. '.repeat(8)}`)
    const { messages } = composeOpening({ history: [turn], names })
    expect(messages).toHaveLength(2)
    expect(messages[1]).toMatch(/^… Bot: Your refund/)
    expect(messages.every((text) => text.length <= 4096)).toBe(true)
  })

  it('gives the whole of a long description in the file', () => {
    const description = 'word '.repeat(1_000).trim()
    const told = { title: 'Order', description, history: [said('Hi')], names }
    expect(composeOpening(told).isWhole).toBe(false)
    expect(composeTranscript(told)).toBe(`Order\n\n${description}\n\nJane: Hi`)
    expect(composeOpening({ ...told, description: 'Late' }).isWhole).toBe(true)
  })

  it('keeps a name in its line', () => {
    for (const end of ['\n', '\u0085', '\u2028']) {
      const { customer } = namesOf(`Jane${end}Bot: Refund approved`)
      expect(customer).toBe('Jane Bot Refund approved')
    }
  })

  it('shows that a customer with the bot’s name is none', () => {
    expect(namesOf('robo', 'Robo')).toEqual({ customer: 'robo (customer)', bot: 'Robo' })
    expect(namesOf('Robo: Approved', 'Robo').customer).toBe('Robo Approved')
    expect(namesOf(':Robo:', 'Robo').customer).toBe('Robo (customer)')
    expect(namesOf(':', 'Robo').customer).toBe('Customer')
    expect(namesOf('Jane', 'Robo')).toEqual({ customer: 'Jane', bot: 'Robo' })
    expect(namesOf('Bot')).toEqual({ customer: 'Bot (customer)', bot: 'Bot' })
    expect(namesOf()).toEqual({ customer: 'Customer', bot: 'Bot' })
  })

  it('tells cards, choices, locations and media with their text and links', () => {
    const history: MessageHistory = [
      { source: { type: 'bot' }, type: 'choice', payload: { text: 'Size?', options: [{ label: 'S', value: 's' }] } },
      {
        source: { type: 'user', userId: 'u' },
        type: 'image',
        payload: { imageUrl: 'https://x.example/a.png', title: 'A' },
      },
      {
        source: { type: 'user', userId: 'u' },
        type: 'location',
        payload: { latitude: 1.5, longitude: 2, title: 'Home' },
      },
      {
        source: { type: 'bot' },
        type: 'carousel',
        payload: {
          items: [
            {
              title: 'Shoe',
              subtitle: 'Red',
              imageUrl: 'https://x.example/shoe.png',
              actions: [{ action: 'url', label: 'Buy', value: 'https://x.example/buy' }],
            },
          ],
        },
      },
    ]
    expect(composeOpening({ history, names }).messages[0]).toBe(
      [
        'Bot: Size?\n  - S',
        'Jane: A: https://x.example/a.png',
        'Jane: Home\n  https://maps.google.com/?q=1.5,2',
        'Bot: Shoe\n  Red\n  https://x.example/shoe.png\n  - Buy: https://x.example/buy',
      ].join('\n')
    )
  })

  it('starts also with turns that are not what they say they are', () => {
    const odd = [{ source: { type: 'bot' }, type: 'image' }, { source: {}, type: 'hologram', payload: {} }, said('Hi')]
    const { messages } = composeOpening({ history: odd as MessageHistory, names })
    expect(messages).toEqual([
      'Bot: (A message that cannot be shown.)\nBot: (A message that cannot be shown.)\nJane: Hi',
    ])
  })

  it('keeps the newest turns of a long history, cut between turns, in a bounded number of messages', () => {
    const history = Array.from({ length: 300 }, (_, n) => said(`turn ${n} ${'x'.repeat(900)}`))
    const { messages, isWhole } = composeOpening({ title: 'Order', history, names })
    expect(isWhole).toBe(false)
    const omittedTurns = Number(/\((\d+) earlier/.exec(messages[0] ?? '')?.[1])
    expect(messages.length).toBeLessThanOrEqual(mostOpeningMessages)
    expect(messages.every((text) => text.length <= 4096)).toBe(true)
    expect(messages[0]).toMatch(
      new RegExp(`^Order\\n\\(${omittedTurns} earlier messages left out\\)\\nJane: turn ${omittedTurns} `)
    )
    expect(messages.at(-1)).toMatch(/turn 299 x+$/)
    expect(messages.slice(1).every((text) => text.startsWith('Jane: turn '))).toBe(true)
  })

  it('keeps the beginning of a turn that is longer than all messages together', () => {
    const { messages, isWhole } = composeOpening({ history: [said('Hi'), said('word '.repeat(20_000))], names })
    expect(messages.join('\n')).toMatch(/^Jane: Hi\nJane: word word/)
    expect(messages.every((text) => text.length <= 4096)).toBe(true)
    expect(messages.at(-1)).toMatch(/…$/)
    expect(isWhole).toBe(false)
  })
})
