import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Deadline } from '../platform/deadline'

/** Sunco takes and Zendesk serves files up to this size. */
const largestFile = 50 * 1024 * 1024

const timeoutMs = 30_000
const mostRedirects = 3

/** A file on the local disk, for as long as it is used. @property size in bytes */
export type Media = { path: string; size: number; contentType: string }

/** Why a file could not be had; the text names no URL, which may hold a name or a token. */
export class MediaError extends Error {
  public override readonly name = 'MediaError'
  public constructor(
    public readonly reason: 'too large' | 'not readable' | 'not storable' | 'timed out',
    /** Whether another try may succeed. */
    public readonly isTransient = false
  ) {
    super(`the file is ${reason}`)
  }
}

export type FetchMediaOptions = {
  /** Whether the credentials may go to a URL; asked for the first URL and for each that it redirects to. */
  isTrusted: (url: string) => boolean
  /** Value of the `Authorization` header; left out, the file is asked for as anyone would. */
  authorization?: () => Promise<string>
  deadline: Deadline
  /** In bytes. */
  limit?: number
}

/**
 * Follows redirects by hand: the credentials go to the first host alone, and never again after a hop elsewhere. A
 * redirect of a trusted host may lead to a signed URL, which needs none.
 */
const open = async (url: string, { isTrusted, authorization }: FetchMediaOptions, signal: AbortSignal) => {
  const { protocol, host } = new URL(url)
  let target = url
  let mayShow = true
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    mayShow &&= new URL(target).host === host && isTrusted(target)
    const headers: Record<string, string> = authorization && mayShow ? { authorization: await authorization() } : {}
    const response = await fetch(target, { redirect: 'manual', headers, signal })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || !location) return response
    await response.body?.cancel()
    target = new URL(location, target).href
    if (new URL(target).protocol !== protocol) break
  }
  throw new MediaError('not readable')
}

/**
 * A login page answers 200 as well: a page is the file only where the file is one, and where its host led to no other
 * page of its own.
 */
const isFile = (response: Response, url: string): boolean => {
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/html')) return response.ok
  const [asked, got] = [new URL(url), new URL(response.url)]
  return /\.html?$/i.test(asked.pathname) && (got.host !== asked.host || got.pathname === asked.pathname)
}

const guarded = async <T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const signal = AbortSignal.timeout(deadline.remainingMs(timeoutMs))
  try {
    return await work(signal)
  } catch (error) {
    if (error instanceof MediaError) throw error
    throw new MediaError(signal.aborted ? 'timed out' : 'not readable', true)
  }
}

const mostAttempts = 3
const pauseMs = 400

/**
 * Streams a file to the disk, at most `limit` bytes of it and no longer than half a minute, and hands it to `use`: its
 * size has to be known before it can be passed on, and it is too large for the memory of a small function. A transient
 * failure is tried again. Rejects with {@link MediaError}, or as `use` does.
 */
export const withMedia = async <T>(
  url: string,
  options: FetchMediaOptions,
  use: (media: Media) => Promise<T>
): Promise<T> => {
  const { deadline } = options
  const folder = await mkdtemp(path.join(tmpdir(), 'media-'))
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await use(await fetchMedia(url, path.join(folder, 'file'), options))
      } catch (error) {
        const mayTryAgain = error instanceof MediaError && error.isTransient && attempt < mostAttempts
        if (!mayTryAgain || error.reason === 'timed out' || deadline.remainingMs(pauseMs) === 0) throw error
        await deadline.pause(pauseMs)
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const fetchMedia = (url: string, target: string, options: FetchMediaOptions): Promise<Media> =>
  guarded(options.deadline, async (signal) => {
    const limit = options.limit ?? largestFile
    const response = await open(url, options, signal)
    if (!isFile(response, url) || !response.body) {
      await response.body?.cancel()
      throw new MediaError('not readable', response.status === 429 || response.status >= 500)
    }
    if (Number(response.headers.get('content-length') ?? 0) > limit) {
      await response.body.cancel()
      throw new MediaError('too large')
    }
    let size = 0
    const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        size += chunk.byteLength
        if (size > limit) throw new MediaError('too large')
        yield chunk
      }
    }
    // The type that TypeScript gives the body of Node's fetch leaves its parts untyped.
    await pipeline(response.body as AsyncIterable<Uint8Array>, count, createWriteStream(target), { signal })
    const contentType = response.headers.get('content-type')?.split(';')[0]?.trim() || 'application/octet-stream'
    return { path: target, size, contentType }
  })

/** Whether anyone can open the file. Reads the headers only. */
export const isPublic = async (
  url: string,
  options: Pick<FetchMediaOptions, 'isTrusted' | 'deadline'>
): Promise<boolean> => {
  try {
    return await guarded(options.deadline, async (signal) => {
      const response = await open(url, options, signal)
      await response.body?.cancel()
      return isFile(response, url)
    })
  } catch {
    return false
  }
}
