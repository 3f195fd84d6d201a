/** True for an absolute http or https URL, the only kind that another party can open. */
export const isHttpUrl = (value: string): boolean => {
  try {
    return /^https?:$/.test(new URL(value).protocol)
  } catch {
    return false
  }
}
