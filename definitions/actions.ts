import { z } from '@botpress/sdk'

/** Why Zendesk Support could not be asked, or did not tell. */
const failures = ['notConfigured', 'wrongClient', 'notAllowed', 'notSupported', 'tooManyRequests', 'noAnswer'] as const

/** What a bot builder's flow may ask, beside the interface: all of it needs the connection to Zendesk Support. */
export const actions = {
  checkAvailability: {
    title: 'Check Availability',
    description:
      'Says whether somebody in Zendesk can take a conversation now. Never fails: what cannot be found out is "unknown"',
    input: {
      schema: z.object({
        groupId: z
          .string()
          .optional()
          .title('Group ID')
          .describe('ID of the group of agents that counts. Left empty: every agent counts'),
        scheduleId: z
          .string()
          .optional()
          .title('Schedule ID')
          .describe(
            'ID of the schedule of business hours, or "none" where hours do not matter. Left empty: the only one that there is'
          ),
      }),
    },
    output: {
      schema: z.object({
        status: z
          .enum(['available', 'unavailable', 'unknown'])
          .title('Status')
          .describe('"unavailable" only where it is certain that nobody is there'),
        reason: z
          .enum(['agentsOnline', 'noAgentOnline', 'outsideHours', ...failures, 'hoursUnclear', 'agentsUnclear'])
          .title('Reason')
          .describe('Why: the guide lists what each one means'),
        openNow: z
          .boolean()
          .optional()
          .title('Open Now')
          .describe('Whether business hours are on, where they are known'),
        opensAt: z
          .string()
          .optional()
          .title('Opens At')
          .describe('When they begin next, where they are off: ISO 8601, UTC'),
        closesAt: z.string().optional().title('Closes At').describe('When they end, where they are on: ISO 8601, UTC'),
        onlineAgents: z
          .number()
          .optional()
          .title('Online Agents')
          .describe(
            'Agents who are online for messaging, busy ones too, of the group where one is named; left out where not all were counted'
          ),
        freeSlots: z
          .number()
          .optional()
          .title('Free Slots')
          .describe('How many more conversations they can take now; left out where Zendesk tells no capacity'),
      }),
    },
  },
  getTicket: {
    title: 'Get Ticket',
    description: 'The Zendesk ticket of a session. Never fails: what cannot be found out has a reason',
    input: {
      schema: z.object({
        conversationId: z
          .string()
          .title('Conversation ID')
          .describe('Botpress conversation of the session: the tag hitl#downstream of the customer’s conversation'),
      }),
    },
    output: {
      schema: z.object({
        ticketId: z.string().optional().title('Ticket ID').describe('Number of the ticket'),
        ticketUrl: z.string().optional().title('Ticket URL').describe('Address of the ticket for agents'),
        status: z.string().optional().title('Status').describe('new, open, pending, hold, solved or closed'),
        reason: z
          .enum(['notFound', 'noSession', ...failures])
          .optional()
          .title('Reason')
          .describe('Why something is left out: the guide lists what each one means'),
      }),
    },
  },
}
