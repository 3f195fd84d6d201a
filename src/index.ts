import { Integration } from '@botpress/sdk'
import type { ZendeskMessagingHitl } from './botpress'
import { createUser } from './handoff/create-user'
import { startHitl } from './handoff/start-hitl'
import { stopHitl } from './handoff/stop-hitl'
import { checkAvailability, getTicket } from './support'
import { register } from './install/register'
import { unregister } from './install/unregister'
import { safely } from './platform/handle'
import { hitlChannel } from './to-agent/channel'
import { handleWebhook } from './webhook/handle'

const integration = new Integration<ZendeskMessagingHitl>({
  register: safely(register),
  unregister: safely(unregister),
  handler: handleWebhook,
  actions: {
    createUser: safely(createUser),
    startHitl: safely(startHitl),
    stopHitl: safely(stopHitl),
    checkAvailability: safely(checkAvailability),
    getTicket: safely(getTicket),
  },
  channels: { hitl: hitlChannel },
})

export default integration

/** What Botpress Cloud calls with every operation. */
export const handler = integration.handler
