/** @property says what the code takes for granted @property holds, fails what the code does in either case */
type Fact = { says: string; holds: string; fails: string }

/**
 * What the integration infers of Sunco, or finds in an account, as far as it can be seen without a webhook; in the
 * order in which it is looked at.
 */
export const facts = {
  subdomainNamed: {
    says: 'the app names its subdomain',
    holds: "requests go to the account's own host",
    fails: 'requests go to the host that knows the app, unless a subdomain is configured',
  },
  switchboardOn: {
    says: 'the app has a switchboard, switched on',
    holds: 'the set-up goes on',
    fails: 'the set-up is refused, with what to do',
  },
  agentWorkspace: {
    says: 'Agent Workspace is part of the switchboard, as zd:agentWorkspace',
    holds: 'control is passed to it by its id',
    fails: 'the set-up is refused, with what to do',
  },
  multiConvo: {
    says: 'multi-conversations are on',
    holds: 'every handoff is a conversation of its own',
    fails: 'saving the configuration warns; a second handoff fails and names the setting',
  },
  roomForWebhook: {
    says: 'there is room for a webhook',
    holds: 'the set-up adds one',
    fails: 'a new installation is refused, and names what may be removed',
  },
  roomOnSwitchboard: {
    says: 'there is room on the switchboard',
    holds: 'the set-up takes a place',
    fails: 'a new installation is refused, and names what may be removed',
  },
  multiConvoSetting: {
    says: 'the setting tells whether a user may have a second conversation',
    holds: 'a failed handoff names the setting as its cause',
    fails: 'the warning is misleading; a refusal is told as it came',
  },
  conversationListed: {
    says: 'a new conversation is listed with its metadata',
    holds: 'after a lost answer the conversation is found, and not made twice',
    fails: 'after a lost answer a second, empty conversation may stay behind',
  },
  metadataKept: {
    says: 'a change of metadata keeps the other keys',
    holds: 'nothing depends on it, for all of it is sent every time',
    fails: 'nothing depends on it, for all of it is sent every time',
  },
  unknownNamed: {
    says: 'an unknown conversation is answered 404, with a code that ends in not_found',
    holds: 'a session whose conversation was removed ends with the next word or within the hour',
    fails: 'such a session goes on for the bot; a 404 of a gateway could not be told from it',
  },
  defaultHolds: {
    says: 'the default of the switchboard holds a new conversation',
    holds: 'control is taken before anything is posted, so that no ticket opens early',
    fails: 'control is taken before anything is posted, which does no harm',
  },
  offerShown: {
    says: 'a conversation shows to whom control is on offer, and keeps its holder',
    holds: 'the offer brings the events of a session, as the code relies on',
    fails: 'the offer may be void: events of a session may be missing until the hourly check',
  },
  passShown: {
    says: 'a conversation shows within 10 s who was given control',
    holds: 'in the first 10 s of a session another holder is not taken for an end',
    fails: 'a live session may be taken for ended',
  },
  passEndsOffer: {
    says: 'a pass of control takes an offer back',
    holds: 'control is offered after the pass, as has to be',
    fails: 'control is offered after the pass, which does no harm',
  },
  unknownTargetRefused: {
    says: 'a pass to an unknown target is refused with 400 or 404',
    holds: 'a place that was removed from the switchboard is mended during the handoff',
    fails: 'it is mended by the hourly check only; the handoff may open a ticket without its fields',
  },
  releaseShown: {
    says: 'after a release a conversation shows no holder',
    holds: 'an end that nobody told of is found',
    fails: 'an end that nobody told of may be taken for a pass elsewhere, or be missed',
  },
  authorByExternalId: {
    says: 'a post may name its user by the external id',
    holds: "customers' messages are the customer's own",
    fails: "customers' messages are refused",
  },
  messageListed: {
    says: 'a new message is listed with its metadata',
    holds: 'after a lost answer the message is found, and not posted twice',
    fails: 'after a lost answer a message may be posted twice',
  },
  plainTextKept: {
    says: 'Markdown and HTML signs in plain text stay as they are',
    holds: "customers' texts reach the agent as typed",
    fails: "customers' texts may look different to the agent",
  },
  markdownFormatted: {
    says: 'Markdown that is posted as such comes back as HTML',
    holds: 'formatted text is posted as Markdown',
    fails: 'a refusal is answered with plain text; otherwise agents see the signs',
  },
  mediaHost: {
    says: 'an uploaded file lies where the code expects files of Zendesk',
    holds: 'files are fetched with the key where need be',
    fails: 'the key is not shown to that host: of a private file the customer gets the link',
  },
  fileOpen: {
    says: 'anyone can open the link of an uploaded file',
    holds: 'the customer gets the link itself',
    fails: 'the customer gets a copy, kept for 30 days',
  },
  mediaWithKey: {
    says: 'a private file can be read with the key',
    holds: 'private files are copied for the customer',
    fails: 'private files are named to the customer, and cannot be opened',
  },
  ownFileAccepted: {
    says: 'an uploaded file can be posted into its conversation',
    holds: 'long transcripts are attached as a file',
    fails: 'the ticket has the newest of a long history only',
  },
  foreignFileRefused: {
    says: 'a file of another conversation is refused',
    holds: 'such files are uploaded again first',
    fails: 'such files are uploaded again first, which does no harm',
  },
  agentsShown: {
    says: 'a conversation shows that Agent Workspace holds control',
    holds: "customers' messages are posted only while it does",
    fails: "customers' messages are refused as if the session were over",
  },
  offerBesideAgents: {
    says: 'control can be on offer while Agent Workspace holds it',
    holds: "agents' messages reach the webhook, as the code relies on",
    fails: "agents' messages may be missing until the hourly check",
  },
  offerAtOnce: {
    says: 'control can be offered right after it was passed',
    holds: 'the offer of a handoff stands at once',
    fails: 'control is offered again, at the end of the handoff',
  },
  releaseFromAgents: {
    says: 'the key may release control that Agent Workspace holds',
    holds: 'the bot can end a session',
    fails: 'a session that the bot ends stays open for the agent',
  },
} as const satisfies Record<string, Fact>

export type FactName = keyof typeof facts

export const factNames = Object.keys(facts) as FactName[]
