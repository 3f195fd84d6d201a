const prefix = 'botpress-hitl-'

/** Name of this installation's custom integration and of its switchboard integration. */
export const installationName = (webhookId: string): string => `${prefix}${webhookId}`

/** `, for example botpress-hitl-a or botpress-hitl-b`: installations other than this one, or nothing. */
export const namesOfOthers = (names: (string | null | undefined)[], own: string): string => {
  const others = [...new Set(names)].filter((name) => name?.startsWith(prefix) && name !== own)
  return others.length > 0 ? `, for example ${others.slice(0, 10).join(' or ')}` : ''
}
