import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSpeakerData, toAdditionalData } from './speaker-data'

describe('what a message says of its speaker', () => {
  it('is read back as it was written', () => {
    for (const speaker of [{ agentId: '77', agentName: 'Ada "the first" Lovelace' }, { agentName: '自動メッセージ' }]) {
      expect(readSpeakerData({ text: 'Hi', additionalData: toAdditionalData(speaker) })).toEqual(speaker)
    }
  })

  it('is JSON of at most 500 characters, whatever the name is', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 700 }),
          fc.constant('\u0001'.repeat(600)),
          fc.constant('👩‍👩‍👧‍👧'.repeat(99))
        ),
        (agentId, agentName) => {
          const json = toAdditionalData({ agentId, agentName })
          expect(json.length).toBeLessThanOrEqual(500)
          const read = readSpeakerData({ additionalData: json })
          expect(read.agentId).toBe(agentId)
          expect(agentName.startsWith((read.agentName ?? '').replace(/…$/, ''))).toBe(true)
        }
      )
    )
  })

  it('leaves out an id that is none', () => {
    expect(toAdditionalData({ agentId: 'x'.repeat(600), agentName: 'Ada' })).toBe('{}')
  })

  it.each([undefined, {}, { additionalData: 7 }, { additionalData: '{' }, { additionalData: '"x"' }])(
    'is nothing where %j was written',
    (payload) => {
      expect(readSpeakerData(payload)).toEqual({})
    }
  )
})
