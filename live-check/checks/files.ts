import { readFile } from 'node:fs/promises'
import { isPublic, MediaError, withMedia } from '../../src/media/fetch-media'
import { isZendeskMedia } from '../../src/media/zendesk-media'
import { Deadline } from '../../src/platform/deadline'
import { isSuncoError } from '../../src/sunco/error'
import { outcomeOf, part, refusedNote, type Check, type Outcome } from '../check'
import type { Conversations } from './conversations'

export const fileFacts = ['mediaHost', 'fileOpen', 'mediaWithKey'] as const
export const filePostFacts = ['ownFileAccepted', 'foreignFileRefused'] as const

/** So that whoever stops the check does not wait longer, in milliseconds. */
const linkTakesMs = 20_000

const filename = 'live-check.txt'
const bytes = Buffer.from('A live check of the API.')

/** Uploads a file, reads it as anyone and with the key, and posts it where we hold control. */
export const checkFiles = async (check: Check, { main, other }: Conversations, isHeld: boolean): Promise<void> => {
  const { findings, sunco } = check
  const mediaUrl = await part(check, fileFacts, async () => {
    const url = await upload(check, main.id)
    await checkLink(check, url)
    return url
  })
  if (!isHeld || mediaUrl === undefined) {
    return findings.leaveOpen(filePostFacts, isHeld ? 'there is no file' : 'control is not seen with us')
  }
  const post = (url: string): Promise<Outcome<unknown>> => {
    const content = { type: 'file', mediaUrl: url, altText: filename } as const
    return outcomeOf(sunco.postMessage(main.id, { author: { type: 'business' }, content }))
  }
  await part(check, ['ownFileAccepted'], async () => {
    const posted = await post(mediaUrl)
    findings.tell('ownFileAccepted', posted.refusedWith === undefined, refusedNote(posted))
    if (posted.refusedWith !== undefined) findings.leaveOpen(['foreignFileRefused'], 'no file is accepted')
  })
  if (!other) return findings.leaveOpen(['foreignFileRefused'], 'there is no second conversation')
  await part(check, ['foreignFileRefused'], async () => {
    const posted = await post(await upload(check, other.id))
    findings.tell('foreignFileRefused', posted.refusedWith !== undefined, refusedNote(posted, 'accepted'))
  })
}

const upload = async ({ made, operations }: Check, conversationId: string): Promise<string> => {
  try {
    const url = await operations.uploadOnce(conversationId, { filename, contentType: 'text/plain', source: bytes })
    made.mediaUrls.push(url)
    return url
  } catch (error) {
    if (isSuncoError(error) && error.fate === 'unknown') made.lostUploads += 1
    throw error
  }
}

const checkLink = async (check: Check, url: string): Promise<void> => {
  const { findings, host, sunco } = check
  const deadline = Deadline.in(linkTakesMs)
  const isTrusted = (link: string): boolean => isZendeskMedia(link, host)
  findings.tell('mediaHost', isTrusted(url))
  const isOpen = await isPublic(url, { isTrusted, deadline })
  const status = isOpen ? 200 : await statusForAnyone(url)
  const isPrivate = status !== undefined && (status < 400 || status === 401 || status === 403)
  if (isOpen || isPrivate) findings.tell('fileOpen', isOpen, isOpen ? undefined : `${status} without the key`)
  else {
    const why = status === undefined ? 'no answer' : `${status} without the key`
    return findings.leaveOpen(['fileOpen', 'mediaWithKey'], why)
  }
  // Reading it with the key would say nothing.
  if (isOpen) return findings.leaveOpen(['mediaWithKey'], 'anyone can open it')
  if (!isTrusted(url)) return findings.leaveOpen(['mediaWithKey'], 'not shown to that host')
  try {
    const options = { isTrusted, authorization: sunco.authorization, deadline }
    const read = await withMedia(url, options, ({ path }) => readFile(path))
    findings.tell('mediaWithKey', read.equals(bytes), read.equals(bytes) ? undefined : 'something else was read')
  } catch (error) {
    if (!(error instanceof MediaError) || error.isTransient) throw error
    findings.tell('mediaWithKey', false, error.reason)
  }
}

const statusForAnyone = async (url: string): Promise<number | undefined> => {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    await response.body?.cancel()
    return response.status
  } catch {
    return undefined
  }
}
