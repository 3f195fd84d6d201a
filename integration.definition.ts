import { IntegrationDefinition } from '@botpress/sdk'
import { actions } from './definitions/actions'
import { configuration } from './definitions/configuration'
import { hitlInterface } from './definitions/hitl-interface'
import { states } from './definitions/states'
import { conversationTags, messageTags, userTags } from './definitions/tags'
import { ticketFields } from './definitions/ticket-fields'

const definition = new IntegrationDefinition({
  name: 'zendesk-messaging-hitl',
  title: 'Zendesk Messaging HITL',
  description: 'Hands a customer over from your bot to a person in Zendesk Agent Workspace, and back.',
  version: '1.2.0',
  readme: 'hub.md',
  icon: 'icon.svg',
  attributes: { category: 'Customer Support' },
  configuration,
  states,
  actions,
  user: { tags: userTags },
  entities: { ticket: ticketFields },
}).extend(
  { type: 'interface', name: hitlInterface.name, version: hitlInterface.version, definition: hitlInterface },
  ({ entities }) => ({
    entities: { hitlSession: entities.ticket },
    events: {
      hitlAssigned: { title: 'Agent Assigned', description: 'An agent has taken the conversation' },
      hitlStopped: { title: 'HITL Stopped', description: 'The session with the agent is over' },
    },
    channels: {
      hitl: {
        title: 'HITL',
        description: 'Conversation between the customer and the agent',
        message: { tags: messageTags },
        conversation: { tags: conversationTags },
      },
    },
  })
)

export default definition
