import type { Installation } from '../botpress'

export type Automation = {
  /** To be told of each automated message when it is sent. */
  sent: (messageId: string, suncoConversationId: string) => void
  /** Why the customer does not have an automated message, or undefined where they have it. */
  whyNot: (messageId: string) => string | undefined
}

const SWITCHED_OFF = 'The integration’s configuration “Forward automated messages” is off.'
const NO_AGENT = 'No agent has joined yet, and the HITL plugin would take the author of this message for one.'

/** What becomes of messages that Zendesk sends by itself. @param isForwarded whether the configuration says so now */
export const createAutomation = (installation: Installation, isForwarded: () => boolean): Automation => {
  const obstacles = new Map<string, string>()
  const hasArrived = (id: string): boolean => [...installation.messages.values()].some(({ tags }) => tags.id === id)
  const hasAgent = (suncoConversationId: string): boolean =>
    [...installation.messages.values()].some(
      ({ conversationId, tags }) =>
        tags.agentId && installation.conversations.get(conversationId)?.tags.id === suncoConversationId
    )
  return {
    sent: (messageId, suncoConversationId) => {
      if (!isForwarded()) obstacles.set(messageId, SWITCHED_OFF)
      else if (!hasAgent(suncoConversationId)) obstacles.set(messageId, NO_AGENT)
    },
    // An agent may have spoken just before, or the switch may have been turned since.
    whyNot: (messageId) => (hasArrived(messageId) ? undefined : obstacles.get(messageId)),
  }
}
