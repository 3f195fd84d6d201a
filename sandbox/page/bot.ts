import { z } from 'zod'
import type { Escalation, Sayable } from '../botpress/hitl-plugin'
import type { Availability } from './availability'

/** What a customer talked about last, which is what the agent's ticket is opened with. */
export type Topic = { title: string; priority: 'Normal' | 'High'; tags: string[]; orderNumber?: string }

/** @property handOff `askFirst`: whether somebody is there, where that can be asked */
export type BotAnswer = { reply?: Sayable; topic?: Topic; handOff?: 'askFirst' | 'anyway' }

/** Number of the ticket field that holds the order, as a Zendesk account would have given it. */
const ORDER_FIELD = '360001'

const USUAL = ['Opening hours', 'Order 1234', 'Talk to a person'] as const
const ANYWAY = 'Hand over anyway'

const withOptions = (text: string, options: readonly string[] = USUAL): Sayable => ({
  type: 'choice',
  payload: { text, options: options.map((label) => ({ label, value: label })) },
})

const choice = z.object({ options: z.array(z.object({ label: z.string() })) })

/** What a message of the bot's offers to say, or else the usual. */
export const offersIn = (payload: unknown): readonly string[] =>
  choice.safeParse(payload).data?.options.map(({ label }) => label) ?? USUAL

export const GREETING = withOptions(
  'Hello! I know our opening hours and can look up an order. I can also fetch a person.'
)
export const WELCOME_BACK = 'I am back. Is there anything else?'
export const LOOKING = 'One moment, I am looking whether somebody is there.'
const ONLY_A_BOT = withOptions('I am only a small bot and did not understand that. Shall I fetch a person?')
const LEFT = withOptions(`Nobody has read that yet: “${ANYWAY}” opens a ticket with it.`, [ANYWAY])

/** The order in which it listens: who asks for a person gets one, whatever else is said. */
const rules: { heard: RegExp; answer: (match: RegExpExecArray) => BotAnswer }[] = [
  { heard: /\bhand (me )?over anyway\b/i, answer: () => ({ handOff: 'anyway' }) },
  { heard: /\b(human|agent|person|colleague)\b/i, answer: () => ({ handOff: 'askFirst' }) },
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

/** @param isLeaving the customer was told that nobody is there, and may be leaving a message */
export const answerTo = (said: string, isLeaving: boolean): BotAnswer => {
  for (const { heard, answer } of rules) {
    const match = heard.exec(said)
    if (match) return answer(match)
  }
  return { reply: isLeaving ? LEFT : ONLY_A_BOT }
}

const opening = (opensAt: string): string =>
  new Date(opensAt).toLocaleString('en-GB', {
    ...{ weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
    timeZoneName: 'short',
  })

/** What the bot says before it hands over, or instead. How long it will take is never said: nobody knows. */
export const answerWhere = ({ status, opensAt }: Availability): BotAnswer => {
  switch (status) {
    case 'available':
      return { reply: 'Somebody is there. I hand you over.', handOff: 'anyway' }
    case 'unknown':
      return { reply: 'I cannot see whether somebody is there. I hand you over all the same.', handOff: 'anyway' }
    case 'unavailable': {
      const back = opensAt === undefined ? '' : ` We open on ${opening(opensAt)}.`
      const leave = `You can leave a message: write it, then “${ANYWAY}”, and it waits in a ticket.`
      return { reply: withOptions(`Nobody is there now.${back} ${leave}`, [ANYWAY, 'Opening hours']) }
    }
    default:
      return status satisfies never
  }
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
