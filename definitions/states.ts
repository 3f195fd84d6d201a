import { z } from '@botpress/sdk'

const at = z.number().title('Claimed At').describe('When the claim was made, in milliseconds since 1970')
const token = z.string().title('Claim Token').describe('Random mark of the process that made the claim')

/** First writer wins; replaced only where the writer died. A claim lives in the Botpress conversation that it is about. */
const claim = (about: string) => ({
  type: 'conversation' as const,
  schema: z.object({ subject: z.string().title('Subject').describe(about), token, at }),
})
const announcement = claim('Which announcement of an agent the claim is about, counted from 1')
/** One for each of the first announcements in a session; the last one serves all later ones. */
const turns = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20] as const
type Announcements = Record<`assignment${(typeof turns)[number]}`, typeof announcement>
const announcements = Object.fromEntries(turns.map((turn) => [`assignment${turn}`, announcement])) as Announcements

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
  ...announcements,
  ending: claim('Always "end": a session ends once'),
  /** A lock with an expiry, for the rare case that a claim changes hands. */
  takeover: claim('Claim that is changing hands'),
}
