/** What RFC 5646 recommends to have room for. */
const longestTag = 35

/** No registered language has more than three letters: what has is a language's name, such as `French`. */
const isTag = /^(?!und)[a-z]{2,3}(-|$)/

/**
 * A language as a canonical BCP 47 tag without extensions, such as `fr` or `pt-BR`; `pt_BR` is taken for what it means.
 * Undefined for what is no such tag.
 */
export const toLanguage = (tag: string | undefined): string | undefined => {
  try {
    const { baseName } = new Intl.Locale((tag ?? '').trim().replaceAll('_', '-'))
    return isTag.test(baseName) && baseName.length <= longestTag ? baseName : undefined
  } catch {
    return undefined
  }
}
