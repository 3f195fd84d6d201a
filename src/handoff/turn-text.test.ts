import { expect, it } from 'vitest'
import { describePayload } from './turn-text'

const url = 'https://x.example/a'
const card = { title: 'Shoe', subtitle: 'Red', actions: [{ action: 'url' as const, label: 'Buy', value: url }] }

it.each<[string, Parameters<typeof describePayload>[0], string]>([
  ['Markdown', { type: 'markdown', payload: { markdown: '**Hi**' } }, '**Hi**'],
  ['audio', { type: 'audio', payload: { audioUrl: url, title: 'Song' } }, `Song: ${url}`],
  ['video', { type: 'video', payload: { videoUrl: url, title: 'Film' } }, `Film: ${url}`],
  ['a file', { type: 'file', payload: { fileUrl: url } }, url],
  ['a card', { type: 'card', payload: card }, `Shoe\nRed\n- Buy: ${url}`],
  [
    'several at once',
    {
      type: 'bloc',
      payload: {
        items: [
          { type: 'text', payload: { text: 'See' } },
          { type: 'video', payload: { videoUrl: url } },
        ],
      },
    },
    `See\n${url}`,
  ],
])('%s: all that an agent needs of it', (_, turn, text) => {
  expect(describePayload(turn)).toBe(text)
})
