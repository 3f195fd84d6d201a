import { FILE_LIMIT_BYTES, FILE_LIMIT_TEXT } from '../limits'
import { tell } from './store'

export type Answer = { error?: string; id?: string; status?: number }

const readAnswer = async (response: Response): Promise<Answer> => {
  try {
    return (await response.json()) as Answer
  } catch {
    return {}
  }
}

/** Resolves to undefined where it failed, which the person was told by then. */
const ask = async (path: string, init: RequestInit): Promise<Answer | undefined> => {
  try {
    const response = await fetch(path, init)
    const answer = await readAnswer(response)
    if (response.ok) return answer
    tell(answer.error ?? `That failed with status ${response.status}.`, true)
  } catch {
    tell('The sandbox does not answer. Is it still running?', true)
  }
  return undefined
}

const underway = new Set<string>()

/**
 * Carries out a command. Resolves to undefined where it failed, or where the same one is still underway, as by the
 * second click of two.
 */
export const send = async (name: string, input: Record<string, unknown> = {}): Promise<Answer | undefined> => {
  const body = JSON.stringify(input)
  const command = `${name} ${body}`
  if (underway.has(command)) return undefined
  underway.add(command)
  try {
    const headers = { 'content-type': 'application/json' }
    return await ask(`/commands/${name}`, { method: 'POST', headers, body })
  } finally {
    underway.delete(command)
  }
}

const sizeOf = ({ size }: File): string => `${Math.ceil(size / 1024 / 1024)} MB`

/** Sends the file that a person has just picked, and can then pick once more, with a command. */
export const sendFile = async (event: Event, command: string, input: Record<string, unknown>): Promise<void> => {
  const picker = event.target
  const [file] = (picker instanceof HTMLInputElement && picker.files) || []
  if (!file || !(picker instanceof HTMLInputElement)) return
  picker.value = ''
  if (file.size > FILE_LIMIT_BYTES) return tell(`${FILE_LIMIT_TEXT}; ${file.name} has ${sizeOf(file)}.`, true)
  const query = new URLSearchParams({ type: file.type })
  const stored = await ask(`/files/${encodeURIComponent(file.name)}?${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  })
  if (stored) await send(command, { ...input, fileId: stored.id })
}
