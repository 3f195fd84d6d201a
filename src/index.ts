import { Integration } from '@botpress/sdk'
import type { ZendeskMessagingHitl } from './botpress'
import { hitlMessages } from './channel/hitl'
import { createUser } from './handoff/create-user'
import { startHitl } from './handoff/start-hitl'
import { stopHitl } from './handoff/stop-hitl'
import { register } from './install/register'
import { unregister } from './install/unregister'
import { safely } from './problems'
import { handler as webhook } from './webhook/handler'

const integration = new Integration<ZendeskMessagingHitl>({
  register: safely(register),
  unregister: safely(unregister),
  handler: webhook,
  actions: { createUser: safely(createUser), startHitl: safely(startHitl), stopHitl: safely(stopHitl) },
  channels: { hitl: { messages: hitlMessages } },
})

export default integration

/** What Botpress Cloud calls with every operation. */
export const handler = integration.handler
