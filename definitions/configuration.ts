import { z } from '@botpress/sdk'

/** What the bot builder enters in the Studio. Every value is trimmed again on use: Botpress stores it as typed. */
export const configuration = {
  schema: z.object({
    appId: z
      .string()
      .trim()
      .min(1)
      .title('App ID')
      .describe('App ID of the Conversations API key: Admin Center > Apps and integrations > APIs > Conversations API'),
    keyId: z.string().trim().min(1).title('Key ID').describe('Key ID shown with the App ID. It starts with "app_"'),
    keySecret: z
      .string()
      .trim()
      .min(1)
      .secret()
      .title('Key Secret')
      .describe('Secret of that key. Zendesk shows it once, when the key is created'),
    subdomain: z
      .string()
      .trim()
      .optional()
      .title('Zendesk Subdomain')
      .describe('"acme" for acme.zendesk.com. Leave empty to have it found by itself'),
  }),
}
