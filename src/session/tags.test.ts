import { describe, expect, it } from 'vitest'
import { isDone, isUnfinished, type ConversationRecord } from './tags'

const record = (tags: ConversationRecord['tags']): ConversationRecord => ({ id: 'c', createdAt: '', tags })
const startedAt = '2026-01-01T00:00:00.000Z'

describe('the tags of a session', () => {
  it.each<[string, ConversationRecord['tags'], boolean, boolean]>([
    ['is beginning, or was never finished', { live: 'true', startedAt }, false, true],
    ['began without a note', { live: 'true', startedAt, begun: 'true' }, false, false],
    ['is over and not told', { live: 'true', startedAt, begun: 'true', endReason: 'released' }, false, false],
    ['is over and told', { startedAt, endReason: 'released' }, true, false],
    ['is of version 1.0', {}, false, false],
    ['is of version 1.0, over and not told', { live: 'true', endReason: 'released' }, false, false],
    ['is of version 1.0, over and told', { endReason: 'released' }, true, false],
  ])('tell of one that %s', (_, tags, done, unfinished) => {
    expect([isDone(record(tags)), isUnfinished(record(tags))]).toEqual([done, unfinished])
  })
})
