import type { HandlerContext } from '../botpress'
import { openFor, type OpenInstallation } from '../installation/open'
import { MediaError, withMedia } from '../media/fetch-media'
import { fileNameOf, isZendeskMedia } from '../media/zendesk-media'
import { reasonOf } from '../platform/failure'
import type { Content } from '../sunco/types'
import { toLink } from './content'

/**
 * Media that lives at Zendesk or Sunco belongs to another conversation, and Sunco refuses it in this one: it is copied
 * here first. Where that fails, the agent gets its link. Any other content is left as it is, without a call.
 */
export const withOwnMedia = async (
  context: HandlerContext,
  opened: OpenInstallation,
  suncoConversationId: string,
  content: Content
): Promise<Content> => {
  const { installation } = opened
  if (!('mediaUrl' in content) || !isZendeskMedia(content.mediaUrl, installation.host)) return content
  const { mediaUrl } = content
  const { deadline, logger } = context
  const { sunco } = openFor(context, opened)
  try {
    const isTrusted = (url: string): boolean => isZendeskMedia(url, installation.host)
    const filename = fileNameOf(mediaUrl) ?? 'file'
    const options = { isTrusted, authorization: sunco.authorization, deadline }
    const copy = await withMedia(mediaUrl, options, ({ path, contentType }) =>
      sunco.uploadAttachment(suncoConversationId, { filename, contentType, source: path })
    )
    return { ...content, mediaUrl: copy }
  } catch (error) {
    const reason = error instanceof MediaError ? error.reason : reasonOf(error)
    logger.forBot().warn(`A file of the customer could not be copied (${reason}); its link was sent.`)
    return toLink(content)
  }
}
