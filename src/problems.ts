import { RuntimeError } from '@botpress/sdk'

export const turnOnMultiConversations =
  'Turn on multi-conversations: Admin Center > Channels > Messaging and social > Messaging > Manage settings.'

/**
 * Every text that a bot builder may read as an error, in one place: `hub.md` lists them with their cures, and a test
 * holds the two together. No text holds a secret, a name, an address or a message.
 */
export const problems = {
  missingValue: (field: string) => `${field} is empty. Copy it from the Conversations API key in Zendesk Admin Center.`,
  badSubdomain: () =>
    'Zendesk Subdomain is not a subdomain. For https://acme.zendesk.com enter "acme", or leave the field empty.',
  notAnAppKey: (prefix: string) =>
    `The Key ID starts with "${prefix}", so it is not an app key. Create a key under Admin Center > Apps and integrations > APIs > Conversations API; its ID starts with "app_".`,
  wrongKey: () =>
    'Zendesk does not accept the Key ID and Key Secret. Check both, or create a new key: the secret is shown only once.',
  notAllowed: () =>
    'The key may not manage this app. Check that App ID and Key ID were copied from the same Conversations API key.',
  unknownApp: () => 'Zendesk knows no app with this App ID. Check App ID and Zendesk Subdomain.',
  unreachable: (reason: string) => `Zendesk could not be asked (${reason}). Save again in a minute.`,
  noSwitchboard: () =>
    'The app has no switchboard. Turn on messaging and Agent Workspace in Zendesk Admin Center, then save again.',
  switchboardOff: () =>
    'The switchboard of the app is switched off. Ask Zendesk support to enable it, then save again.',
  noAgentWorkspace: () =>
    'Agent Workspace is not part of the switchboard. Turn on Agent Workspace in Zendesk Admin Center, then save again.',
  tooManySwitchboardIntegrations: (stale: string) =>
    `The switchboard already has its 10 integrations. Remove one that is no longer used${stale}, then save again.`,
  tooManyWebhooks: (stale: string) =>
    `The app already has its 10 webhooks. Remove a Conversations integration that is no longer used${stale}, then save again.`,
  setUpRefused: (reason: string) => `Zendesk refused the set-up (${reason}). Save again; if it stays so, reinstall.`,
  notRegistered: () =>
    'This installation is not set up in Zendesk for the App ID that is configured. Save the configuration again.',
  unknownUser: () => 'startHitl was called with a user that createUser did not make. Call createUser first.',
  badTicketField: (field: string) =>
    `The ticket field "${field}" has a value that Zendesk cannot take. IDs are whole numbers; a priority is Low, Normal, High or Urgent.`,
  startRefused: (reason: string) => `The conversation could not be handed over to Zendesk: ${reason}.`,
  multipleConversationsOff: () =>
    `Zendesk refused a second conversation for this customer. ${turnOnMultiConversations}`,
  unknownSession: () => 'This conversation is not a Zendesk session of this integration.',
  sessionOver: (reason: string) => `The session with the agent is over (${reason}). The message was not delivered.`,
  conversationFull: () =>
    'The Zendesk conversation has reached its limit of 30,000 messages. The message was not delivered; start a new session.',
  conversationGone: () => 'The Zendesk conversation no longer exists. The message was not delivered.',
  notDelivered: (reason: string) => `The message was not delivered to Zendesk: ${reason}.`,
  unexpected: (reason: string) => `Botpress or the integration failed (${reason}). Try again.`,
  stopFailed: (reason: string) =>
    `The session could not be ended in Zendesk: ${reason}. It is tried again every hour; until then, the agent may see it as open and can end it.`,
} satisfies Record<string, (detail: string) => string>

type Problem = keyof typeof problems

/** The error that the Studio shows, with a text from {@link problems}. */
export const problem = <K extends Problem>(kind: K, ...details: Parameters<(typeof problems)[K]>): RuntimeError => {
  const text: (...details: string[]) => string = problems[kind]
  const error = new RuntimeError(text(...details))
  own.add(error)
  return error
}

/** Errors with a text of ours; Botpress answers with errors of the same type, whose text may hold anything. */
const own = new WeakSet<object>()

export const isProblem = (error: unknown): boolean => typeof error === 'object' && error !== null && own.has(error)
