import type { Escalation, Sayable } from '../botpress/hitl-plugin'

/** What a customer talked about last, which is what the agent's ticket is opened with. */
export type Topic = { title: string; priority: 'Normal' | 'High'; tags: string[]; orderNumber?: string }

export type BotAnswer = { reply?: Sayable; topic?: Topic; handOff?: boolean }

/** Number of the ticket field that holds the order, as a Zendesk account would have given it. */
const ORDER_FIELD = '360001'

export const SUGGESTIONS = ['Opening hours', 'Order 1234', 'Talk to a person'] as const

const withOptions = (text: string): Sayable => ({
  type: 'choice',
  payload: { text, options: SUGGESTIONS.map((label) => ({ label, value: label })) },
})

export const GREETING = withOptions(
  'Hello! I know our opening hours and can look up an order. I can also fetch a person.'
)
export const WELCOME_BACK = 'I am back. Is there anything else?'
const ONLY_A_BOT = withOptions('I am only a small bot and did not understand that. Shall I fetch a person?')

/** The order in which it listens: who asks for a person gets one, whatever else is said. */
const rules: { heard: RegExp; answer: (match: RegExpExecArray) => BotAnswer }[] = [
  { heard: /\b(human|agent|person|colleague)\b/i, answer: () => ({ handOff: true }) },
  {
    heard: /\b(hours|open)/i,
    answer: () => ({
      reply: 'We are here Monday to Friday, 9 to 17.',
      topic: { title: 'Opening hours', priority: 'Normal', tags: ['hours'] },
    }),
  },
  {
    heard: /\border\D{0,10}(\d+)/i,
    answer: ([, orderNumber = '']) => ({
      reply: `Order ${orderNumber} left our warehouse yesterday. If something is wrong with it, I can fetch a person.`,
      topic: { title: `Order ${orderNumber}`, priority: 'High', tags: ['order'], orderNumber },
    }),
  },
  { heard: /\border\b/i, answer: () => ({ reply: 'Which one? Write “order” and its number.' }) },
  { heard: /\b(hello|hi|hey|good (morning|day|evening))\b/i, answer: () => ({ reply: GREETING }) },
  { heard: /\b(thanks|thank you|bye)\b/i, answer: () => ({ reply: 'You are welcome.' }) },
]

export const answerTo = (said: string): BotAnswer => {
  for (const { heard, answer } of rules) {
    const match = heard.exec(said)
    if (match) return answer(match)
  }
  return { reply: ONLY_A_BOT }
}

/** What the HITL card would be filled in with. */
export const toEscalation = (topic: Topic | undefined): Escalation => {
  const { title = 'A customer asks for a person', priority = 'Normal', tags = [], orderNumber } = topic ?? {}
  const customTicketFields = orderNumber === undefined ? [] : [{ id: ORDER_FIELD, value: orderNumber }]
  return {
    title,
    description: 'Handed over by the bot of the sandbox.',
    hitlSession: { priority, tags: ['bot', ...tags], originSourceType: 'web', customTicketFields },
  }
}
