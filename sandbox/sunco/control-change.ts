import type { AppState, Control, Conversation } from './state'

/** Sets who is active and who is pending, and remembers who was. */
export const changeControl = (conversation: Conversation, { activeId, pendingId }: Control): void => {
  const former = { activeId: conversation.activeId, pendingId: conversation.pendingId, until: Date.now() }
  conversation.formerControl.push(former)
  Object.assign(conversation, { activeId, pendingId })
}

/** Who is active and pending as the API shows it: where it lags, as it was that long ago. */
export const shownControl = ({ controlLagMs }: AppState, conversation: Conversation): Control => {
  const shownAt = Date.now() - controlLagMs
  return conversation.formerControl.find(({ until }) => until > shownAt) ?? conversation
}
