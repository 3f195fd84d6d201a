import { InterfaceDefinition, messages, WELL_KNOWN_ATTRIBUTES, z } from '@botpress/sdk'

const { text, image, audio, video, file } = messages.defaults

const historyItem = <T extends string, P extends z.ZodTypeAny>(type: T, payload: P) =>
  z.object({
    source: z.union([z.object({ type: z.literal('user'), userId: z.string() }), z.object({ type: z.literal('bot') })]),
    type: z.literal(type),
    payload,
  })

/** One turn of the upstream conversation, as the HITL plugin hands it over. */
const historyMessage = z.union([
  historyItem('text', messages.defaults.text.schema),
  historyItem('image', messages.defaults.image.schema),
  historyItem('audio', messages.defaults.audio.schema),
  historyItem('video', messages.defaults.video.schema),
  historyItem('file', messages.defaults.file.schema),
  historyItem('location', messages.defaults.location.schema),
  historyItem('carousel', messages.defaults.carousel.schema),
  historyItem('card', messages.defaults.card.schema),
  historyItem('dropdown', messages.defaults.dropdown.schema),
  historyItem('choice', messages.defaults.choice.schema),
  historyItem('bloc', messages.markdownBloc.schema),
  historyItem('markdown', messages.markdown.schema),
])

/** What every message of the channel carries beside its content. */
const speaker = {
  userId: z
    .string()
    .optional()
    .title('User ID')
    .describe('Botpress user on whose behalf the message is sent; without it, the bot speaks'),
  additionalData: z
    .string()
    .max(500)
    .optional()
    .title('Additional Data')
    .describe('Free data of the HITL plugin, at most 500 characters'),
}

/**
 * Botpress' interface `hitl`, version 2.1.0, written out: its package is only to be had from Botpress Cloud. The deploy
 * command finds the published one by this name and version.
 */
export const hitlInterface = new InterfaceDefinition({
  name: 'hitl',
  version: '2.1.0',
  entities: {
    hitlSession: {
      title: 'HITL Session',
      description: 'A conversation with a person',
      schema: z.object({}).passthrough(),
    },
  },
  actions: {
    createUser: {
      title: 'Create User',
      description: 'Makes the customer known to Zendesk',
      attributes: WELL_KNOWN_ATTRIBUTES.HIDDEN_IN_STUDIO,
      input: {
        schema: () =>
          z.object({
            name: z.string().title('Name').describe('Name of the customer'),
            pictureUrl: z.string().optional().title('Picture URL').describe('URL of a picture of the customer'),
            email: z.string().optional().title('Email').describe('E-mail address of the customer'),
          }),
      },
      output: {
        schema: () =>
          z.object({ userId: z.string().title('User ID').describe('Botpress user that stands for the customer') }),
      },
    },
    startHitl: {
      title: 'Start HITL',
      description: 'Hands the customer over to Zendesk Agent Workspace',
      attributes: WELL_KNOWN_ATTRIBUTES.HIDDEN_IN_STUDIO,
      input: {
        schema: ({ hitlSession }) =>
          z.object({
            userId: z.string().title('User ID').describe('Botpress user that createUser returned'),
            title: z.string().optional().title('Title').describe('What the conversation is about'),
            description: z.string().optional().title('Description').describe('What the agent should know'),
            hitlSession: hitlSession.optional().title('Ticket').describe('Fields of the ticket'),
            messageHistory: z
              .array(historyMessage)
              .title('Message History')
              .describe('Conversation of the customer with the bot so far, oldest message first'),
          }),
      },
      output: {
        schema: () =>
          z.object({
            conversationId: z.string().title('Conversation ID').describe('Botpress conversation of the session'),
          }),
      },
    },
    stopHitl: {
      title: 'Stop HITL',
      description: 'Takes the customer back from Zendesk Agent Workspace',
      attributes: WELL_KNOWN_ATTRIBUTES.HIDDEN_IN_STUDIO,
      input: {
        schema: () =>
          z.object({
            conversationId: z.string().title('Conversation ID').describe('Botpress conversation of the session'),
          }),
      },
      output: { schema: () => z.object({}) },
    },
  },
  events: {
    hitlAssigned: {
      attributes: WELL_KNOWN_ATTRIBUTES.HIDDEN_IN_STUDIO,
      schema: () =>
        z.object({
          conversationId: z.string().title('Conversation ID').describe('Botpress conversation of the session'),
          userId: z.string().title('User ID').describe('Botpress user of the agent'),
        }),
    },
    hitlStopped: {
      attributes: WELL_KNOWN_ATTRIBUTES.HIDDEN_IN_STUDIO,
      schema: () =>
        z.object({
          conversationId: z.string().title('Conversation ID').describe('Botpress conversation of the session'),
        }),
    },
  },
  channels: {
    hitl: {
      messages: {
        text: { schema: () => text.schema.extend(speaker) },
        image: { schema: () => image.schema.extend(speaker) },
        audio: { schema: () => audio.schema.extend(speaker) },
        video: { schema: () => video.schema.extend(speaker) },
        file: { schema: () => file.schema.extend(speaker) },
        bloc: { schema: () => messages.markdownBloc.schema.extend(speaker) },
      },
    },
  },
})
