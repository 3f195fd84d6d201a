import { openAsBlob } from 'node:fs'
import type { HandlerContext, HitlMessage } from '../botpress'
import type { WebhookMessage } from '../events/parse'
import { openInstallation } from '../installation/open'
import { isPublic, MediaError, withMedia, type Media } from '../media/fetch-media'
import { fileNameOf, isZendeskMedia } from '../media/zendesk-media'
import { isTransient, reasonOf, TryLater } from '../platform/failure'
import { within } from '../platform/handle'
import type { CustomerTexts } from '../text/customer-texts'
import { isOverdue } from './patience'
import { mediaUrlOf, toMessage, withMediaUrl, type Item } from './content'

/** Time for the files of a message, in milliseconds, so that the webhook can be answered in time. */
const copyBudgetMs = 9_000
/**
 * The same for a message that is overdue: shorter, so that time is left to deliver the lines that stand in for the
 * files.
 */
const lateCopyBudgetMs = 6_000
/** Of it, for asking whether a file is public, in milliseconds. */
const lookTakesMs = 3_000
/** How long a copied file stays in Botpress; the API allows 90 days. */
const keptForMs = 30 * 24 * 60 * 60_000

/**
 * Makes sure that the customer can open what the agent sent: with private attachments on, which is the default for
 * Zendesk accounts made since December 2024, the link of a file works only with credentials. Such a file is copied into
 * Botpress' files, under the message's Sunco id, which makes it the same copy when the message is delivered again.
 * Where that fails until the message is overdue, a line names the file. Costs nothing for messages without media of
 * Zendesk's. Rejects with {@link TryLater}.
 */
export const withReadableMedia = async (
  context: HandlerContext,
  items: Item[],
  message: WebhookMessage,
  texts: CustomerTexts
): Promise<HitlMessage> => {
  const needed = items.some((item) => mediaUrlOf(item) !== undefined)
  if (!needed) return toMessage(items)
  const { installation, sunco } = await openInstallation(context)
  const isTrusted = (url: string): boolean => isZendeskMedia(url, installation.host)
  const isLate = isOverdue(message)
  const copying = within(context, isLate ? lateCopyBudgetMs : copyBudgetMs)

  const makeReadable = async (item: Item, index: number): Promise<Item> => {
    const url = mediaUrlOf(item)
    if (url === undefined || !isTrusted(url)) return item
    if (await isPublic(url, { isTrusted, deadline: copying.deadline.within(lookTakesMs) })) return item
    const name = fileNameOf(url)
    try {
      const options = { isTrusted, authorization: sunco.authorization, deadline: copying.deadline }
      const stored = await withMedia(url, options, (media) =>
        store(copying, `zendesk/${message.id}/${index}/${name ?? 'file'}`, media)
      )
      return withMediaUrl(item, stored)
    } catch (error) {
      const reason = error instanceof MediaError ? error.reason : reasonOf(error)
      const canRetry = error instanceof MediaError ? error.isTransient : isTransient(error)
      if (canRetry && !isLate) throw new TryLater(`a file is ${reason} for the moment`)
      context.logger.forBot().warn(`A file of an agent could not be passed on (${reason}).`)
      const title = 'title' in item.payload ? item.payload.title : undefined
      return { type: 'text', payload: { text: `${texts.fileNotShown}${title ?? name ?? texts.file}` } }
    }
  }
  // One after the other: each may take up to 50 MB of the disk.
  const readable: Item[] = []
  for (const [index, item] of items.entries()) readable.push(await makeReadable(item, index))
  return toMessage(readable)
}

/**
 * Puts a file into Botpress' files, where anyone can open it, and returns its URL. The client's own `uploadFile` would
 * hold it in memory.
 */
const store = async (
  { client, deadline }: HandlerContext,
  key: string,
  { path, size, contentType }: Media
): Promise<string> => {
  const { file } = await client.upsertFile({
    key,
    size,
    contentType,
    accessPolicies: ['public_content'],
    publicContentImmediatelyAccessible: true,
    expiresAt: new Date(Date.now() + keptForMs).toISOString(),
  })
  const answer = await fetch(file.uploadUrl, {
    method: 'PUT',
    // The storage makes a file public at once only with this tag.
    headers: { 'content-type': contentType, 'x-amz-tagging': 'public=true' },
    body: await openAsBlob(path),
    signal: AbortSignal.timeout(deadline.remainingMs()),
  }).catch(() => undefined)
  await answer?.body?.cancel()
  if (!answer?.ok) throw new MediaError('not storable', answer === undefined || answer.status >= 500)
  return file.url
}
