import * as z from 'zod/mini'
import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { isMissing } from '../platform/failure'
import { afresh } from '../platform/handle'
import { problem } from '../problems'
import type { SuncoClient } from '../sunco/client'
import { longestTag } from '../session/tags'
import { isNotFound, isSuncoError } from '../sunco/error'
import { limits, type Profile } from '../sunco/types'
import { shorten } from '../text/split'
import { toHttpUrl } from '../text/url'

/** The customer of a session, as Botpress knows them. */
export type Customer = {
  /** Botpress id, which is the external id in Sunco. */
  userId: string
  suncoUserId?: string
  name?: string
  /** A real address; never one that the HITL plugin made up. */
  email?: string
  pictureUrl?: string
}

/** The bot builder does not wait longer for a name, in milliseconds. */
const namingTakesMs = 2_000

/** `<userId>@no-reply.<bot>.botpress.com` stands in where the plugin knows no address (plugin 1.3). */
const madeUpAddress = /@no-reply\.[^@]*botpress\.com$/i
const address = z.email()
/** Mail reaches more than Sunco is sure to take. */
const looksLikeAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** A name as one line, or undefined for none: with a line break in it, it could pass for somebody else's words. */
export const toName = (name: string | undefined): string | undefined =>
  name?.replaceAll(/[\s\u0085]+/g, ' ').trim() || undefined

/**
 * An address by which a customer is recognised, or undefined for what is none: strangers of whom a bot says "n/a" are
 * not one person.
 */
export const normaliseEmail = (email: string | undefined): string | undefined => {
  const normal = email?.trim().toLowerCase() ?? ''
  // The length first: the expression takes long over what is very long.
  return normal.length <= longestTag && looksLikeAddress.test(normal) ? normal : undefined
}

/** The address, if it is one that mail could reach and that Sunco takes (at most 128 characters). */
export const realEmail = (email: string | undefined): string | undefined => {
  const candidate = normaliseEmail(email)
  const isReal =
    candidate &&
    candidate.length <= limits.name &&
    z.safeParse(address, candidate).success &&
    !madeUpAddress.test(candidate)
  return isReal ? candidate : undefined
}

/** What is known, within Sunco's limits; an unknown value is left out, since Sunco refuses empty ones. */
const toProfile = ({ name, email, pictureUrl }: Omit<Customer, 'userId'>): Profile => {
  const avatarUrl = pictureUrl && toHttpUrl(pictureUrl)
  return {
    ...(name && { givenName: shorten(name, limits.name) }),
    ...(email && { email }),
    ...(avatarUrl && avatarUrl.length <= limits.url && { avatarUrl }),
  }
}

/**
 * Makes a person whom the bot builder named by external id, with nothing but this id: what a visitor typed never
 * changes the profile of a known person. Returns whether Sunco did not know the person.
 */
export const makePerson = async (sunco: SuncoClient, externalId: string): Promise<boolean> => {
  try {
    await sunco.createUser({ externalId, profile: {} })
    return true
  } catch (error) {
    if (!isSuncoError(error) || error.status !== 409) throw error
    if (error.fate !== 'unknown') return false
    // An earlier attempt whose answer got lost may have made the person: one without a name counts as new.
    const found = await sunco.getUser(externalId).catch(() => undefined)
    return found !== undefined && !found.profile?.givenName
  }
}

/**
 * Gives a new person the customer's name where no ticket told it: the next handoff finds the person known, and tells
 * nothing. Best effort.
 */
export const namePerson = async (
  context: HandlerContext,
  opened: OpenInstallation,
  externalId: string,
  reading: Promise<Customer>
): Promise<void> => {
  try {
    const { name } = await reading
    const { sunco } = openFor(afresh(context, namingTakesMs), opened)
    if (name) await sunco.updateUser(externalId, { profile: toProfile({ name }) })
  } catch {
    // Why the handoff failed is what the bot builder has to hear of.
  }
}

/** Reads the customer back from the user that `createUser` made. */
export const readCustomer = async ({ client }: HandlerContext, userId: string): Promise<Customer> => {
  const { user } = await client.getUser({ id: userId }).catch((error: unknown) => {
    throw isMissing(error) ? problem('unknownUser') : error
  })
  if (user.tags.agentId) throw problem('unknownUser')
  return {
    userId,
    name: toName(user.name),
    email: realEmail(user.tags.email),
    pictureUrl: user.pictureUrl,
  }
}

/**
 * The customer's user in Sunco with name, address and picture as they are now: found by its id or made, also when two
 * calls make it at once, or someone deleted it. Without address and picture where Sunco refuses either.
 */
export const ensureSuncoUser = async (
  { logger }: Pick<HandlerContext, 'logger'>,
  sunco: SuncoClient,
  customer: Customer
): Promise<string> => {
  const profile = toProfile(customer)
  try {
    return await writeUser(sunco, customer, profile)
  } catch (error) {
    // A handoff must not fail for the sake of either.
    const { email, avatarUrl, ...rest } = profile
    if (!(email || avatarUrl) || !isSuncoError(error) || error.status !== 400) throw error
    const id = await writeUser(sunco, customer, rest)
    logger.forBot().warn('Zendesk refused the e-mail address or the picture of a customer; both were left out.')
    return id
  }
}

const writeUser = async (sunco: SuncoClient, customer: Customer, profile: Profile): Promise<string> => {
  if (customer.suncoUserId) {
    try {
      return (await sunco.updateUser(customer.suncoUserId, { profile })).id
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  try {
    return (await sunco.createUser({ externalId: customer.userId, profile })).id
  } catch (error) {
    const isTaken = isSuncoError(error) && error.status === 409
    if (!isTaken) throw error
    return (await sunco.updateUser(customer.userId, { profile })).id
  }
}
