/** Sunco's limit is 4,096 characters; what is far beyond it did not come from Sunco. */
const longestHtml = 16_384
/** Tags that only lay out what the plain text says as well. */
const layoutTag = /<\/?(?:p|br|div|span)\b[^<>]*>/gi
const anyTag = /<[a-z/!]/i

/**
 * What a message says, as Markdown: from its HTML where that holds more than plain text, such as links or emphasis;
 * otherwise the plain text, which needs no escaping.
 */
export const toMarkdown = async (
  text: string | undefined,
  htmlText: string | undefined
): Promise<string | undefined> => {
  if (htmlText !== undefined && htmlText.length > longestHtml) return text ?? htmlText.slice(0, longestHtml)
  const isRich = htmlText !== undefined && anyTag.test(htmlText.replace(layoutTag, ''))
  if (text?.trim() && !isRich) return text
  if (!htmlText) return text
  // Few messages are rich: the converter is loaded with the first one.
  const { htmlToMarkdown } = await import('@mdream/js/core')
  try {
    return htmlToMarkdown(htmlText).trim() || text
  } catch {
    // The converter takes no row outside a table, for example.
    return text ?? htmlText.replace(/<[^<>]*>/g, ' ').trim()
  }
}
