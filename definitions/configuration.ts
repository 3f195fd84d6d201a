import { z } from '@botpress/sdk'

/**
 * What the bot builder enters in the Studio. Values are trimmed on use: a JSON schema, which Botpress reads, cannot say
 * so.
 */
export const configuration = {
  schema: z.object({
    appId: z
      .string()
      .min(1)
      .title('App ID')
      .describe('App ID of the Conversations API key: Admin Center > Apps and integrations > APIs > Conversations API'),
    keyId: z.string().min(1).title('Key ID').describe('Key ID shown with the App ID. It starts with "app_"'),
    keySecret: z
      .string()
      .min(1)
      .secret()
      .title('Key Secret')
      .describe('Secret of that key. Zendesk shows it once, when the key is created'),
    subdomain: z
      .string()
      .optional()
      .title('Zendesk Subdomain')
      .describe('"acme" for acme.zendesk.com. Where it is empty, the integration tries to find it'),
    forwardAutomatedMessages: z
      .boolean()
      .optional()
      .title('Forward Automated Messages')
      .describe(
        'Pass on automatic replies of Zendesk, such as queue notices, once an agent has joined. Off by default'
      ),
    supportClientId: z
      .string()
      .optional()
      .title('Support Client ID')
      .describe(
        'Identifier of an OAuth client of your Zendesk, for Check Availability and ticket numbers: Admin Center > Apps and integrations > APIs > OAuth clients'
      ),
    supportClientSecret: z
      .string()
      .secret()
      .optional()
      .title('Support Client Secret')
      .describe('Secret of that client. Zendesk shows it once, when the client is saved'),
    noteOnEnd: z
      .boolean()
      .optional()
      .title('Note On End')
      .describe('Leave an internal note on the ticket when a session ends. Needs the OAuth client. Off by default'),
  }),
}
