import { z } from '@botpress/sdk'

const at = z.number().title('Claimed At').describe('When the claim was made, in milliseconds since 1970')
const token = z.string().title('Claim Token').describe('Random mark of the process that made the claim')

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
    }),
  },
  /** First writer wins: the agent that was announced last in a session. */
  assignment: {
    type: 'conversation' as const,
    schema: z.object({ subject: z.string().title('Agent ID').describe('Agent that was announced'), token, at }),
  },
  /** First writer wins: the end of a session. */
  ending: {
    type: 'conversation' as const,
    schema: z.object({ subject: z.string().title('Subject').describe('Always "end"'), token, at }),
  },
  /** A lock with an expiry, for the rare case that a claim changes hands. */
  takeover: {
    type: 'conversation' as const,
    schema: z.object({ subject: z.string().title('Claim').describe('Claim that is changing hands'), token, at }),
  },
}
