import type { IntegrationProps, z } from '@botpress/sdk'
import type { actions } from '../definitions/actions'
import type { configuration } from '../definitions/configuration'
import type { hitlInterface } from '../definitions/hitl-interface'
import type { states } from '../definitions/states'
import type { conversationTags, messageTags, userTags } from '../definitions/tags'
import type { ticketFields } from '../definitions/ticket-fields'
import type { Deadline } from './platform/deadline'

/**
 * The handler types that `bp generate` would write into `.botpress`, inferred from the definition instead, so that a
 * checkout type-checks with npm alone.
 */
type Hitl = typeof hitlInterface
type Output<T extends { schema: z.ZodTypeAny }> = z.output<T['schema']>

/** Values of the ticket fields that the bot builder set on the HITL card. */
export type TicketFields = Output<typeof ticketFields>

type HitlActions = {
  [K in keyof Hitl['actions']]: {
    input: Output<Hitl['actions'][K]['input']>
    output: Output<Hitl['actions'][K]['output']>
  }
}
type OwnActions = {
  [K in keyof typeof actions]: {
    input: Output<(typeof actions)[K]['input']>
    output: Output<(typeof actions)[K]['output']>
  }
}
type StartHitlInput = HitlActions['startHitl']['input']
type States = typeof states

export type ZendeskMessagingHitl = {
  name: 'zendesk-messaging-hitl'
  version: string
  configuration: Output<typeof configuration>
  configurations: Record<never, never>
  actions: Omit<HitlActions, 'startHitl'> &
    OwnActions & {
      startHitl: {
        input: Omit<StartHitlInput, 'hitlSession'> & { hitlSession?: TicketFields }
        output: HitlActions['startHitl']['output']
      }
    }
  channels: {
    hitl: {
      messages: { [K in keyof Hitl['channels']['hitl']['messages']]: Output<Hitl['channels']['hitl']['messages'][K]> }
      message: { tags: typeof messageTags }
      conversation: { tags: typeof conversationTags }
    }
  }
  events: { [K in keyof Hitl['events']]: Output<Hitl['events'][K]> }
  states: { [K in keyof States]: { type: States[K]['type']; payload: Output<States[K]> } }
  user: { tags: typeof userTags }
  entities: { ticket: TicketFields }
}

/** The handlers as the SDK calls them. */
export type SdkProps = IntegrationProps<ZendeskMessagingHitl>

/** A handler that is told by when it has to be done, and calls Botpress by a client that keeps to it. */
type Timed<H> = H extends (props: infer P) => infer R ? (props: P & { deadline: Deadline }) => R : never
export type TimedHandlers<T> = { [K in keyof T]: Timed<T[K]> }

export type Props = TimedHandlers<Pick<SdkProps, 'register' | 'unregister'>>
export type Actions = TimedHandlers<SdkProps['actions']>

/** What every handler is called with. */
export type HandlerContext = Pick<Parameters<Props['register']>[0], 'ctx' | 'client' | 'logger' | 'deadline'>
export type Context = HandlerContext['ctx']
export type Client = HandlerContext['client']

type Messages = ZendeskMessagingHitl['channels']['hitl']['messages']
/** A message of the `hitl` channel, in either direction. */
export type HitlMessage = { [K in keyof Messages]: { type: K; payload: Messages[K] } }[keyof Messages]
/** A part of a message of several parts. */
export type BlocItem = Messages['bloc']['items'][number]

export type MessageHistory = StartHitlInput['messageHistory']
export type HistoryItem = MessageHistory[number]
export type Installation = ZendeskMessagingHitl['states']['installation']['payload']
