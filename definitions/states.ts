import { z } from '@botpress/sdk'

/** Botpress publishes a limit of five states an integration. */
export const states = {
  /** Written by `register`, read by everything else. */
  installation: {
    type: 'integration' as const,
    schema: z.object({
      appId: z.string().title('App ID').describe('App that the set-up was made in'),
      host: z.string().title('Host').describe('Base URL of the Sunshine Conversations API'),
      integrationId: z.string().title('Integration ID').describe('Custom integration of this installation'),
      webhookId: z.string().title('Webhook ID').describe('Webhook of that integration'),
      webhookSecret: z
        .string()
        .secret()
        .title('Webhook Secret')
        .describe('Secret that Sunshine Conversations sends with every webhook request'),
      switchboardId: z.string().title('Switchboard ID').describe('Switchboard of the app'),
      switchboardIntegrationId: z
        .string()
        .title('Switchboard Integration ID')
        .describe('Place of this installation in the switchboard'),
      agentWorkspaceId: z
        .string()
        .title('Agent Workspace ID')
        .describe('Place of Zendesk Agent Workspace in the switchboard'),
      subdomain: z
        .string()
        .optional()
        .title('Subdomain')
        .describe('Subdomain that the app names, kept for the connection to Zendesk Support'),
      isRoutingOn: z
        .boolean()
        .optional()
        .title('Routing On')
        .describe('Whether the account was seen to have omnichannel routing, for the connection to Zendesk Support'),
      botName: z.string().optional().title('Bot Name').describe('Name of the bot, for the transcript'),
      botNameReadAt: z
        .number()
        .optional()
        .title('Bot Name Read At')
        .describe('When that name was asked for, in milliseconds since 1970'),
      secretReadAt: z
        .number()
        .optional()
        .title('Secret Read At')
        .describe('When a request with another secret last led to a look at Zendesk, in milliseconds since 1970'),
      reconciledUntil: z
        .string()
        .optional()
        .title('Reconciled Until')
        .describe('Where the next look at live sessions goes on: the creation date of the last one looked at'),
      settledUntil: z
        .string()
        .optional()
        .title('Settled Until')
        .describe('Where the next look at tickets goes on: the creation date of the last session looked at'),
    }),
  },
  /** Who works on something that must not happen twice, in the Botpress conversation that it is about. */
  claim: {
    type: 'conversation' as const,
    schema: z.object({
      subject: z
        .string()
        .title('Subject')
        .describe('What the claim is about: the message that opens a turn, the end, or the note of it on the ticket'),
      token: z.string().title('Claim Token').describe('Random mark of the process that made the claim'),
      at: z.number().title('Claimed At').describe('When the claim was made, in milliseconds since 1970'),
    }),
  },
}
