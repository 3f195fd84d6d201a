import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { remainingMs } from '../deadline'

/** Sunco takes and Zendesk serves files up to this size. */
const largestFile = 50 * 1024 * 1024

const timeoutMs = 30_000
const mostRedirects = 3

export type Media = { bytes: Buffer; contentType: string }

/** Why a file could not be had; the text names no URL, which may hold a name or a token. */
export class MediaError extends Error {
  public override readonly name = 'MediaError'
  public constructor(
    public readonly reason: 'too large' | 'not readable' | 'timed out',
    /** Whether another try may succeed. */
    public readonly isPassing = false
  ) {
    super(`the file is ${reason}`)
  }
}

export type FetchMediaOptions = {
  /** Whether the credentials may go to a URL; asked for the first URL and for each that it redirects to. */
  isTrusted: (url: string) => boolean
  /** Value of the `Authorization` header; left out, the file is asked for as anyone would. */
  authorization?: () => Promise<string>
  limit?: number
}

/**
 * Follows redirects by hand: the credentials go to the first host alone, and never again after a hop elsewhere. A redirect of
 * a trusted host may lead to a signed URL, which needs none.
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

/** A login page answers 200 as well; a page is what it says it is only where the file is one. */
const isFile = (response: Response, isPage: boolean): boolean =>
  response.ok && (isPage || !response.headers.get('content-type')?.startsWith('text/html'))

const isPageUrl = (url: string): boolean => /\.html?$/i.test(new URL(url).pathname)

const guarded = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const signal = AbortSignal.timeout(remainingMs(timeoutMs))
  try {
    return await work(signal)
  } catch (error) {
    if (error instanceof MediaError) throw error
    throw new MediaError(signal.aborted ? 'timed out' : 'not readable', !signal.aborted)
  }
}

/** Each file is held whole while it is passed on: only so many at a time, whoever asks. */
const sideBySide = pLimit(2)
const mostAttempts = 3
const pauseMs = 400

/**
 * Reads a file, at most `limit` bytes of it and no longer than half a minute, and hands it to `use`. What passes is tried
 * again. Rejects with {@link MediaError}, or as `use` does.
 */
export const withMedia = <T>(url: string, options: FetchMediaOptions, use: (media: Media) => Promise<T>): Promise<T> =>
  sideBySide(async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await use(await fetchMedia(url, options))
      } catch (error) {
        const mayTryAgain = error instanceof MediaError && error.isPassing && attempt < mostAttempts
        if (!mayTryAgain || remainingMs(pauseMs) === 0) throw error
        await sleep(pauseMs)
      }
    }
  })

const fetchMedia = (url: string, options: FetchMediaOptions): Promise<Media> =>
  guarded(async (signal) => {
    const limit = options.limit ?? largestFile
    const response = await open(url, options, signal)
    if (!isFile(response, isPageUrl(url)) || !response.body) {
      await response.body?.cancel()
      throw new MediaError('not readable', response.status === 429 || response.status >= 500)
    }
    if (Number(response.headers.get('content-length') ?? 0) > limit) {
      await response.body.cancel()
      throw new MediaError('too large')
    }
    // The type that TypeScript gives the body of Node's fetch leaves its parts untyped.
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const chunks: Uint8Array[] = []
    let size = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const chunk = part.value
      size += chunk.byteLength
      if (size > limit) {
        await reader.cancel()
        throw new MediaError('too large')
      }
      chunks.push(chunk)
    }
    const contentType = response.headers.get('content-type')?.split(';')[0]?.trim() || 'application/octet-stream'
    return { bytes: Buffer.concat(chunks), contentType }
  })

/** Whether anyone can open the file. Reads the headers only. */
export const isPublic = async (url: string, options: Pick<FetchMediaOptions, 'isTrusted'>): Promise<boolean> => {
  try {
    return await guarded(async (signal) => {
      const response = await open(url, options, signal)
      await response.body?.cancel()
      return isFile(response, isPageUrl(url))
    })
  } catch {
    return false
  }
}
