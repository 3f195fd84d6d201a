import { randomUUID } from 'node:crypto'

export type StoredFile = { name: string; mediaType: string; bytes: Uint8Array<ArrayBuffer> }

/** Files that were picked at the page, until it says what becomes of them. */
export type Uploads = {
  /** Returns the id that commands name it by. */
  keep: (file: StoredFile) => string
  get: (id: string) => StoredFile | undefined
  /** Where whoever is not at the page finds it. */
  addressOf: (id: string) => string
}

/** @param pageUrl asked when it is needed: it is known once the page is served */
export const createUploads = (pageUrl: () => string): Uploads => {
  const files = new Map<string, StoredFile>()
  return {
    keep: (file) => {
      const id = randomUUID()
      files.set(id, file)
      return id
    },
    get: (id) => files.get(id),
    addressOf: (id) => `${pageUrl()}/uploads/${id}/${encodeURIComponent(files.get(id)?.name ?? '')}`,
  }
}
