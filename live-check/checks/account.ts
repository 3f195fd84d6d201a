import { readInventory, type Inventory } from '../../src/install/inventory'
import { part, type Check } from '../check'

/** Per app (OpenAPI description, "Webhooks" and "Switchboards"). */
const mostWebhooks = 10
const mostPlaces = 10

export type Account = { inventory: Inventory; hasRoom: boolean }

/** Settings and limits; makes nothing. */
export const checkAccount = (check: Check): Promise<Account | undefined> => {
  const { app, findings, made, sunco } = check
  findings.tell('subdomainNamed', Boolean(app.subdomain))
  const isMultiConvo = app.settings?.multiConvoEnabled
  if (isMultiConvo == null) findings.leaveOpen(['multiConvo'], 'the app does not say')
  else findings.tell('multiConvo', isMultiConvo)
  return part(check, ['switchboardOn', 'agentWorkspace', 'roomForWebhook', 'roomOnSwitchboard'], async () => {
    const inventory = await readInventory(sunco, made.name)
    const { switchboard, agentWorkspace, switchboardIntegrations } = inventory
    findings.tell('switchboardOn', switchboard?.enabled === true, switchboard ? undefined : 'there is none')
    findings.tell('agentWorkspace', agentWorkspace !== undefined)
    const places = switchboardIntegrations.length
    findings.tell('roomOnSwitchboard', places < mostPlaces, `${places} of ${mostPlaces} are taken`)
    let webhooks = 0
    for (const { id } of inventory.integrations) webhooks += (await sunco.listWebhooks(id)).length
    findings.tell('roomForWebhook', webhooks < mostWebhooks, `${webhooks} of ${mostWebhooks} are taken`)
    return { inventory, hasRoom: places < mostPlaces && webhooks < mostWebhooks }
  })
}
