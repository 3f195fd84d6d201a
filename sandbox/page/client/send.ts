import { tell } from './store'

export type Answer = { error?: string; id?: string; status?: number }

/** Carries out a command; resolves to undefined where it failed, which the person has been told by then. */
export const send = async (name: string, input: Record<string, unknown> = {}): Promise<Answer | undefined> => {
  try {
    const response = await fetch(`/commands/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    const answer = (await response.json()) as Answer
    if (response.ok) return answer
    tell(answer.error ?? `That failed with status ${response.status}.`, true)
  } catch {
    tell('The sandbox does not answer. Is it still running?', true)
  }
  return undefined
}

export type PageFile = { name: string; mediaType: string; base64: string }

/** The file a person has just picked, which can then be picked once more. */
export const takeFile = async (input: HTMLInputElement): Promise<PageFile | undefined> => {
  const [file] = input.files ?? []
  if (!file) return undefined
  const url = await new Promise<string>((resolve) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''))
    reader.readAsDataURL(file)
  })
  input.value = ''
  return { name: file.name, mediaType: file.type || 'application/octet-stream', base64: url.split(',')[1] ?? '' }
}
