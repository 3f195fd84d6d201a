import { Integration } from '@botpress/sdk'

/** The least that an integration can be: what it weighs and how long it takes to load is the SDK's share. */
const integration = new Integration({
  register: async () => undefined,
  unregister: async () => undefined,
  handler: async () => ({ status: 200 }),
  actions: {},
  channels: {},
})

export default integration

export const handler = integration.handler
