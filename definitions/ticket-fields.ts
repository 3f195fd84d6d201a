import { z } from '@botpress/sdk'

/**
 * Entity behind the HITL card's ticket fields. The names are those of Botpress' published Zendesk integration, so that
 * a bot made for it keeps working.
 */
export const ticketFields = {
  title: 'Ticket',
  description: 'Fields of the Zendesk ticket that the handoff opens',
  schema: z
    .object({
      priority: z
        .enum(['Low', 'Normal', 'High', 'Urgent'])
        .optional()
        .title('Priority')
        .describe('Priority of the ticket'),
      requesterExternalId: z
        .string()
        .optional()
        .title('Requester External ID')
        .describe(
          'External ID of a known person in Zendesk whom the session shall belong to. Only pass what your bot has verified'
        ),
      originSourceType: z
        .string()
        .optional()
        .title('Origin Source Type')
        .describe('Channel that the customer came from, for example "whatsapp"'),
      language: z
        .string()
        .optional()
        .title('Language')
        .describe(
          'Language of the texts that the integration itself shows to the customer, as a BCP 47 tag such as "fr" or "pt-BR". Take it from the user\'s language variable'
        ),
      organizationId: z.string().optional().title('Organization ID').describe('ID of the Zendesk organization'),
      brandId: z.string().optional().title('Brand ID').describe('ID of the Zendesk brand'),
      groupId: z.string().optional().title('Group ID').describe('ID of the group of agents that gets the ticket'),
      assigneeId: z.string().optional().title('Assignee ID').describe('ID of the agent that gets the ticket'),
      tags: z.array(z.string()).optional().title('Tags').describe('Tags to put on the ticket'),
      customTicketFields: z
        .array(
          z.object({
            id: z.string().title('Field ID').describe('Number of the custom ticket field'),
            value: z.string().title('Value').describe('Value; for a drop-down, the tag of the option'),
          })
        )
        .optional()
        .title('Custom Ticket Fields')
        .describe('Values of custom ticket fields'),
      additionalMetadata: z
        .array(
          z.object({
            key: z.string().title('Key').describe('Metadata key'),
            value: z.string().title('Value').describe('Metadata value'),
          })
        )
        .optional()
        .title('Additional Metadata')
        .describe('Further metadata for the passControl call that opens the ticket'),
    })
    .title('Ticket')
    .describe('Fields of the Zendesk ticket that the handoff opens'),
}
