import * as z from 'zod/mini'
import type { SuncoFile, Transport } from '../src/sunco/transport'
import { answers } from '../src/sunco/types'

const place = z.nullish(z.object({ id: z.string(), integrationType: z.nullish(z.string()) }))
const control = z.object({
  conversation: z.object({ activeSwitchboardIntegration: place, pendingSwitchboardIntegration: place }),
})
const switchboards = z.object({
  switchboards: z.array(z.object({ defaultSwitchboardIntegrationId: z.nullish(z.string()) })),
})

type Place = { id: string; integrationType?: string | null }
/** Who holds control of a conversation, and to whom it is on offer, as the conversation shows it. */
export type Control = { active?: Place | null; pending?: Place | null }

/** Operations that the integration has no use for, over the same transport. They reject as those of the client do. */
export type Operations = {
  readControl: (conversationId: string) => Promise<Control>
  /** Id of the switchboard integration that new conversations are given to. */
  readDefaultHolder: () => Promise<string | undefined>
  /** With its conversations. @param userId Sunco id or external id */
  deleteUser: (userId: string) => Promise<unknown>
  /** A single attempt, unlike the client's: what a lost answer leaves behind would be made twice. */
  uploadOnce: (conversationId: string, file: SuncoFile) => Promise<string>
  deleteAttachment: (mediaUrl: string) => Promise<unknown>
}

export const createOperations = (transport: Transport): Operations => ({
  readControl: async (conversationId) => {
    const path = '/conversations/{conversationId}'
    const answer = await transport({ operation: 'read control', method: 'GET', path, params: { conversationId } })
    const { conversation } = z.parse(control, answer)
    return { active: conversation.activeSwitchboardIntegration, pending: conversation.pendingSwitchboardIntegration }
  },
  readDefaultHolder: async () => {
    const answer = await transport({ operation: 'list switchboards', method: 'GET', path: '/switchboards' })
    return z.parse(switchboards, answer).switchboards[0]?.defaultSwitchboardIntegrationId ?? undefined
  },
  deleteUser: (userId) =>
    transport({ operation: 'delete user', method: 'DELETE', path: '/users/{userId}', params: { userId } }),
  uploadOnce: async (conversationId, file) => {
    const answer = await transport({
      operation: 'upload attachment',
      method: 'POST',
      path: '/attachments',
      query: { access: 'public', for: 'message', conversationId },
      file,
      single: true,
    })
    return z.parse(answers.attachment, answer)
  },
  deleteAttachment: (mediaUrl) => {
    const body = { mediaUrl }
    const path = '/attachments/remove'
    return transport({ operation: 'delete attachment', method: 'POST', path, body, repeatable: true })
  },
})
