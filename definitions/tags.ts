/** Tags that tie Botpress' records to Sunshine Conversations'. A tag value has at most 500 characters. */
export const userTags = {
  id: { title: 'Sunshine Conversations User ID', description: 'The customer in Sunshine Conversations' },
  email: { title: 'Email', description: 'E-mail address that the customer is recognised by' },
  agentId: {
    title: 'Speaker Key',
    description:
      'Set on users that speak for Zendesk: the agent, or a stand-in for automated messages and agents without a name',
  },
}

export const conversationTags = {
  id: { title: 'Sunshine Conversations Conversation ID', description: 'The conversation in Sunshine Conversations' },
  userExternalId: {
    title: 'External ID of the User',
    description:
      'The customer that the session belongs to, by the external ID that Sunshine Conversations knows them by',
  },
  endReason: {
    title: 'End Reason',
    description:
      'Why the session is over: released, returnedToBot, passedElsewhere, ticketClosed, transferToEmail, endedByUser, conversationRemoved, userRemoved, stopHitl or handoffFailed. Not set while it runs',
  },
  agentId: {
    title: 'Agent ID',
    description: 'Zendesk ID of the agent who spoke last; not set where Zendesk names none',
  },
  agentName: { title: 'Agent Name', description: 'Name of the agent who spoke last; not set before one has spoken' },
  language: { title: 'Language', description: 'The customer’s language as a BCP 47 tag, where the handoff named it' },
  startedAt: { title: 'Started At', description: 'When the handoff began: ISO 8601, UTC' },
  assignedAt: { title: 'Assigned At', description: 'When the first agent spoke: ISO 8601, UTC' },
  endedAt: {
    title: 'Ended At',
    description: 'When the session ended, or was found to be over: ISO 8601, UTC. Not set while it runs',
  },
  ticketId: {
    title: 'Ticket ID',
    description: 'Number of the Zendesk ticket; set once it was found, with the connection to Zendesk Support only',
  },
  ticketUrl: { title: 'Ticket URL', description: 'Address of that ticket for agents' },
  ticketSubject: {
    title: 'Ticket Subject',
    description: 'The subject that the ticket is to get; not set any more once it was given',
  },
  ticketDue: {
    title: 'Ticket Due',
    description: '"true" as long as something is to be done with the ticket, such as to note the end on it',
  },
  live: {
    title: 'Live',
    description: '"true" from the beginning of the session until the bot has been told of its end; not set afterwards',
  },
  stopDue: {
    title: 'Stop Due',
    description:
      '"true" where the bot could not take the customer back, "handoffFailed" where a failed handoff could not be undone: the hourly check does it',
  },
  begun: {
    title: 'Begun',
    description: '"true" where the session began and its note could not be written into the conversation in Zendesk',
  },
}

export const messageTags = {
  id: {
    title: 'Sunshine Conversations Message ID',
    description: 'The message in Sunshine Conversations; up to twenty, separated by commas, when it was sent in parts',
  },
  moreIds: {
    title: 'Further Sunshine Conversations Message IDs',
    description: 'The parts after the twentieth, separated by commas',
  },
  refused: {
    title: 'Refused',
    description: '"true" on a message of the customer’s that was not delivered and will not be',
  },
  from: {
    title: 'From',
    description: '"zendesk" on a message that came from Zendesk',
  },
  agentId: { title: 'Zendesk Agent ID', description: 'The agent who wrote the message; not set on automated messages' },
  agentProfile: {
    title: 'Agent Profile',
    description: 'Fingerprint of the name and picture that the agent had when the message was written',
  },
}
