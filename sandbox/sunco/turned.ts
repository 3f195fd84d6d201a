/**
 * What the integration only infers of Sunco, and what happens here where an app has it turned the other way: the names
 * say what does not hold then.
 */
export type Turned =
  /** A second conversation is made where multi-conversations are off, and refused where they are on. */
  | 'multiConvoSetting'
  /** Lists show conversations without their metadata. */
  | 'conversationListed'
  /** A conversation that does not exist is answered 404 with another code. */
  | 'unknownNamed'
  /** Nobody is given control of a new conversation. */
  | 'defaultHolds'
  /** Conversations do not show to whom control is on offer. */
  | 'offerShown'
  /** Conversations do not show that Agent Workspace holds control. */
  | 'agentsShown'
  /** An offer outlives a pass of control. */
  | 'passEndsOffer'
  /** The first offer after a pass is answered 200 and fails: the pass was not yet done. */
  | 'offerAtOnce'
  /** A pass to a target that does not exist is answered 200. */
  | 'unknownTargetRefused'
  /** The default gets control as soon as it is released. */
  | 'releaseShown'
  /** Authors cannot be named by their external id. */
  | 'authorByExternalId'
  /** Lists show messages without their metadata. */
  | 'messageListed'
  /** Markdown in plain text is formatted. */
  | 'plainTextKept'
  /** Markdown stays as it was posted. */
  | 'markdownFormatted'
  /** Files lie elsewhere than below `/sc/attachments/`; nobody serves them there. */
  | 'mediaHost'
  /** A key does not open a private file. */
  | 'mediaWithKey'
  /** A file cannot be posted into the conversation that it was uploaded to. */
  | 'ownFileAccepted'
  /** A file may be posted into any conversation. */
  | 'foreignFileRefused'
