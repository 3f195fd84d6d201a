import type { HandlerContext } from '../botpress'
import { credentialsOf } from '../installation/credentials'
import { loadInstallation } from '../installation/state'
import { subdomainOf } from '../sunco/host'
import { openSupport, type Access, type SupportClient } from './client'
import { supportClientOf } from './configuration'

/** One switch for development: the sandbox's address instead of Zendesk's. */
const developmentHost = (): string | undefined => process.env.ZENDESK_SUPPORT_API_URL || undefined

/** Host and OAuth client; undefined where one of them is missing. @param appSubdomain the one that the app names */
export const accessOf = (
  context: Pick<HandlerContext, 'ctx'>,
  appSubdomain: string | undefined
): Access | undefined => {
  const { ctx } = context
  const client = supportClientOf(ctx)
  const subdomain = subdomainOf(credentialsOf(ctx).subdomain) ?? subdomainOf(appSubdomain)
  return client && subdomain ? { ...client, host: developmentHost() ?? `https://${subdomain}.zendesk.com` } : undefined
}

export type SupportConnection = { access: Access; support: SupportClient; isRoutingOn?: boolean }

/** The connection of an installation, with what `register` found out about it; undefined as for {@link accessOf}. */
export const connectSupport = async (context: HandlerContext): Promise<SupportConnection | undefined> => {
  const installation = await loadInstallation(context)
  const access = accessOf(context, installation?.subdomain)
  return access && connectSupportFor(context, { access, isRoutingOn: installation?.isRoutingOn })
}

/** A connection whose client keeps to the deadline of this context. */
export const connectSupportFor = (
  { deadline }: HandlerContext,
  { access, isRoutingOn }: Omit<SupportConnection, 'support'>
): SupportConnection => ({ access, isRoutingOn, support: openSupport(access, deadline) })
