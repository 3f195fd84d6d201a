import { randomUUID } from 'node:crypto'
import type { HandlerContext } from '../botpress'
import type { OpenInstallation } from '../installation/open'
import { isMarkedStart, markConversation, markStart } from '../session/mark'
import { isNotFound } from '../sunco/error'
import { makeOnce } from '../sunco/make-once'
import type { Conversation } from '../sunco/types'
import { ensureSuncoUser, makePerson, namePerson, type Customer } from './customer'

export type CreatedConversation = {
  conversation: Conversation
  /** Who the customer is in Sunco. */
  externalId: string
  /** Whether Sunco did not know the person whom the bot builder named. */
  isNewPerson: boolean
  /** What Zendesk is told of the customer with the ticket: nothing of a known person, whose name and address it has. */
  tellsOf: (customer: Customer) => Pick<Customer, 'name' | 'email'>
}

type Participant = {
  userId: string
  /** The customer as Botpress has them; only waited for where Sunco lacks the user. */
  reading: Promise<Customer>
  requesterExternalId?: string
}

/**
 * A conversation of its own for every session. Made by the customer's external id, so that it need not wait for the
 * customer to be read; the user is made again where someone deleted it.
 */
export const createConversation = async (
  context: HandlerContext,
  opened: OpenInstallation,
  startedAt: number,
  { userId, reading, requesterExternalId }: Participant
): Promise<CreatedConversation> => {
  const { ctx, deadline, logger } = context
  const { sunco } = opened
  const start = randomUUID()
  const metadata = { ...markConversation(ctx.webhookId, startedAt), ...markStart(start) }
  const externalId = requesterExternalId ?? userId
  const create = (): Promise<Conversation> =>
    makeOnce({
      deadline,
      make: () => sunco.createConversation(externalId, metadata),
      find: async () =>
        (await sunco.listConversationsOf(externalId)).find((made) => isMarkedStart(made.metadata, start)),
    })
  let isNewPerson = requesterExternalId !== undefined && (await makePerson(sunco, requesterExternalId))
  const createAgain = async (error: unknown): Promise<Conversation> => {
    if (!isNotFound(error)) throw error
    if (requesterExternalId) isNewPerson = await makePerson(sunco, requesterExternalId)
    else await ensureSuncoUser({ logger }, sunco, await reading)
    return create()
  }
  const nameAndGiveUp = async (error: unknown): Promise<never> => {
    if (isNewPerson && requesterExternalId) await namePerson(context, opened, requesterExternalId, reading)
    throw error
  }
  return {
    conversation: await create().catch(createAgain).catch(nameAndGiveUp),
    externalId,
    isNewPerson,
    tellsOf: (customer) => (!requesterExternalId ? customer : isNewPerson ? { name: customer.name } : {}),
  }
}
