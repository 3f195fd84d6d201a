import type { World } from '../world'
import type { SettingsView } from './view'

export const SETTINGS = ['support', 'noteOnEnd', 'forwardAutomated'] as const
export type Setting = (typeof SETTINGS)[number]

/** Switches of the integration's configuration. */
export type Settings = {
  view: () => SettingsView
  /** As in the Studio: the configuration is stored, and the integration is registered with it. */
  set: (changes: Partial<SettingsView>) => Promise<void>
}

export const createSettings = ({ installation, account }: Pick<World, 'installation' | 'account'>): Settings => {
  const fields: Record<Setting, (on: boolean) => Record<string, unknown>> = {
    support: (on) => ({
      subdomain: on ? account.subdomain : undefined,
      supportClientId: on ? account.clientId : undefined,
      supportClientSecret: on ? account.clientSecret : undefined,
    }),
    noteOnEnd: (on) => ({ noteOnEnd: on }),
    forwardAutomated: (on) => ({ forwardAutomatedMessages: on }),
  }
  return {
    view: () => {
      const { supportClientId, noteOnEnd, forwardAutomatedMessages } = installation.configuration
      return {
        support: supportClientId !== undefined,
        noteOnEnd: noteOnEnd === true,
        forwardAutomated: forwardAutomatedMessages === true,
      }
    },
    set: async (changes) => {
      const changed = SETTINGS.map((name) => changes[name] !== undefined && fields[name](changes[name]))
      installation.configuration = Object.assign({}, installation.configuration, ...changed) as Record<string, unknown>
      const { status } = await installation.register()
      if (status !== 200) throw new Error(`The integration answered ${status} to its new configuration`)
    },
  }
}
