import type { SuncoApp } from '../../sandbox/sunco'
import type { Bot } from './stage'

type ValueOf<T> = T extends Map<unknown, infer V> ? V : never
type SetUp = {
  name: string
  integrations: ValueOf<SuncoApp['integrations']>[]
  /** In the switchboard. */
  places: ValueOf<SuncoApp['switchboardIntegrations']>[]
}

/** What stands in the Sunco app by the name of an installation. */
export const setUpOf = ({ app, installation }: Bot): SetUp => {
  const name = `botpress-hitl-${installation.webhookId}`
  const integrations = [...app.integrations.values()].filter(({ displayName }) => displayName === name)
  const places = [...app.switchboardIntegrations.values()].filter((place) => place.name === name)
  return { name, integrations, places }
}
