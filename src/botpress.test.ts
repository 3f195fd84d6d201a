import { describe, expectTypeOf, it } from 'vitest'
import type { Actions, Client, HistoryItem, Installation, Props, TicketFields } from './botpress'
import type { Channel } from './platform/sdk'
import type { EndReason } from './session/end-reason'
import type { CustomerTexts } from './text/customer-texts'

// Held by the type check; at run time there is nothing to see.
describe('the types that follow from the definition', () => {
  it('of the actions are those of the interface, with our ticket fields, and our own', () => {
    type Own = 'checkAvailability' | 'getTicket'
    expectTypeOf<keyof Actions>().toEqualTypeOf<'createUser' | 'startHitl' | 'stopHitl' | Own>()
    type Availability = Awaited<ReturnType<Actions['checkAvailability']>>
    expectTypeOf<Availability['status']>().toEqualTypeOf<'available' | 'unavailable' | 'unknown'>()
    expectTypeOf<Availability['opensAt']>().toEqualTypeOf<string | undefined>()
    type Start = Parameters<Actions['startHitl']>[0]['input']
    expectTypeOf<Start['hitlSession']>().toEqualTypeOf<TicketFields | undefined>()
    expectTypeOf<Start['userId']>().toEqualTypeOf<string>()
    expectTypeOf<TicketFields['priority']>().toEqualTypeOf<'Low' | 'Normal' | 'High' | 'Urgent' | undefined>()
    expectTypeOf<TicketFields['language']>().toEqualTypeOf<string | undefined>()
  })

  it('of the channel are its six kinds, each with its speaker', () => {
    expectTypeOf<keyof Channel>().toEqualTypeOf<'text' | 'image' | 'audio' | 'video' | 'file' | 'bloc'>()
    type Payload = Parameters<Channel['text']>[0]['payload']
    expectTypeOf<Payload['userId']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Payload['additionalData']>().toEqualTypeOf<string | undefined>()
  })

  it('of the history tell its kinds apart', () => {
    expectTypeOf<Extract<HistoryItem, { type: 'image' }>['payload']['imageUrl']>().toEqualTypeOf<string>()
    expectTypeOf<HistoryItem['source']>().toEqualTypeOf<{ type: 'user'; userId: string } | { type: 'bot' }>()
  })

  it('of the client know tags and states', () => {
    type Tags = NonNullable<Parameters<Client['updateConversation']>[0]['tags']>
    expectTypeOf<Tags>().toHaveProperty('endReason')
    expectTypeOf<Tags>().not.toHaveProperty('nonsense')
    expectTypeOf<Installation['webhookSecret']>().toEqualTypeOf<string>()
    expectTypeOf<Parameters<Props['register']>[0]['ctx']['configuration']['keySecret']>().toEqualTypeOf<string>()
  })

  it('of ours are closed', () => {
    expectTypeOf<'stopHitl'>().toExtend<EndReason>()
    expectTypeOf<string>().not.toExtend<EndReason>()
    // A text that is missing in one language is a compile error.
    expectTypeOf<{ agent: string }>().not.toExtend<CustomerTexts>()
  })
})
