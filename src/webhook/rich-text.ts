import { htmlToMarkdown } from '@mdream/js'

/** Tags that only lay out what the plain text says as well. */
const layoutTag = /<\/?(?:p|br|div|span)\b[^>]*>/gi
const anyTag = /<[a-z/!]/i

/**
 * What a message says, as Markdown: from its HTML where that holds more than plain text, such as links or emphasis;
 * otherwise the plain text, which needs no escaping.
 */
export const toMarkdown = (text: string | undefined, htmlText: string | undefined): string | undefined => {
  const isRich = htmlText !== undefined && anyTag.test(htmlText.replace(layoutTag, ''))
  if (text !== undefined && !isRich) return text
  return (htmlText && htmlToMarkdown(htmlText).trim()) || text
}
