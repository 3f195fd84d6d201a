import { existsSync } from 'node:fs'
import path from 'node:path'

const FILE = path.resolve(__dirname, '../../../shared/sunco-openapi.yaml')

/** Zendesk's own description of the API, which is not part of this repository; undefined where it is absent. */
export const descriptionFile: string | undefined = existsSync(FILE) ? FILE : undefined
