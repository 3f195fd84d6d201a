import type { HitlMessage } from '../botpress'
import { describe, expect, it } from 'vitest'
import { toContents, toPlain } from './content'

const url = 'https://bot.example/a.png'

/** What the plugin hands over, and what the agent gets. */
const rows: [string, HitlMessage, unknown[]][] = [
  ['text', { type: 'text', payload: { text: 'Hello *there*' } }, [{ type: 'text', text: 'Hello *there*' }]],
  [
    'a long text',
    { type: 'text', payload: { text: `${'a'.repeat(4096)} b` } },
    [
      { type: 'text', text: 'a'.repeat(4096) },
      { type: 'text', text: 'b' },
    ],
  ],
  [
    'image',
    { type: 'image', payload: { imageUrl: url, title: 'My door' } },
    [{ type: 'image', mediaUrl: url, altText: 'My door' }],
  ],
  ['audio', { type: 'audio', payload: { audioUrl: url } }, [{ type: 'file', mediaUrl: url }]],
  [
    'video',
    { type: 'video', payload: { videoUrl: url, title: 'Clip' } },
    [{ type: 'file', mediaUrl: url, altText: 'Clip' }],
  ],
  [
    'file',
    { type: 'file', payload: { fileUrl: url, title: 'Bill' } },
    [{ type: 'file', mediaUrl: url, altText: 'Bill' }],
  ],
  [
    'a file with a long caption',
    { type: 'file', payload: { fileUrl: url, title: 'word '.repeat(40).trim() } },
    [
      {
        type: 'file',
        mediaUrl: url,
        altText: expect.stringMatching(/^(word )+.*…$/) as string,
        text: 'word '.repeat(40).trim(),
      },
    ],
  ],
  [
    'a file without a usable link',
    { type: 'file', payload: { fileUrl: '/bills/1.pdf', title: 'Bill' } },
    [{ type: 'text', text: 'Bill: /bills/1.pdf' }],
  ],
  [
    'a file whose link is the file itself',
    { type: 'image', payload: { imageUrl: `data:image/png;base64,${'A'.repeat(60_000)}`, title: 'Broken shoe' } },
    [{ type: 'text', text: 'Broken shoe (it cannot be opened from here)' }],
  ],
  [
    'a bloc, part by part',
    {
      type: 'bloc',
      payload: {
        items: [
          { type: 'markdown', payload: { markdown: '**Bold** [link](https://a.example)' } },
          { type: 'image', payload: { imageUrl: url } },
          { type: 'location', payload: { latitude: 1, longitude: 2, address: 'Street 1', title: 'Home' } },
          { type: 'location', payload: { latitude: 1, longitude: 2 } },
        ],
      },
    },
    [
      { type: 'text', markdownText: '**Bold** [link](https://a.example)' },
      { type: 'image', mediaUrl: url },
      { type: 'location', coordinates: { lat: 1, long: 2 }, location: { address: 'Street 1', name: 'Home' } },
      { type: 'location', coordinates: { lat: 1, long: 2 } },
    ],
  ],
  [
    'a URL with blanks, encoded',
    { type: 'image', payload: { imageUrl: 'https://x.example/a picture.png' } },
    [{ type: 'image', mediaUrl: 'https://x.example/a%20picture.png' }],
  ],
  [
    'Markdown beyond Sunco’s limit, as plain text',
    { type: 'bloc', payload: { items: [{ type: 'markdown', payload: { markdown: `${'a'.repeat(4096)} b` } }] } },
    [
      { type: 'text', text: 'a'.repeat(4096) },
      { type: 'text', text: 'b' },
    ],
  ],
]

describe('customer to agent', () => {
  it.each(rows)('%s', (_, message, contents) => {
    expect(toContents(message)).toEqual(contents)
  })

  it('has a plain form of Markdown only', () => {
    expect(toPlain({ type: 'text', markdownText: '**a**' })).toEqual({ type: 'text', text: '**a**' })
    expect(toPlain({ type: 'text', text: 'a' })).toBeUndefined()
    expect(toPlain({ type: 'image', mediaUrl: 'https://x.example/a.png', altText: 'Shoe' })).toEqual({
      type: 'text',
      text: 'Shoe: https://x.example/a.png',
    })
    const caption = 'word '.repeat(40).trim()
    const mediaUrl = 'https://x.example/a.png'
    expect(toPlain({ type: 'image', mediaUrl, altText: 'word…', text: caption })).toEqual({
      type: 'text',
      text: `${caption}: ${mediaUrl}`,
    })
    const longest = toPlain({ type: 'image', mediaUrl, text: 'word '.repeat(819) })
    expect(longest).toMatchObject({ text: expect.stringMatching(/ word…: https:\/\/x\.example\/a\.png$/) as string })
    expect(longest && 'text' in longest && longest.text?.length).toBeLessThanOrEqual(4096)
    const coordinates = { lat: 1.5, long: 2 }
    expect(toPlain({ type: 'location', coordinates, location: { name: 'Home' } })).toEqual({
      type: 'text',
      text: 'Home\nhttps://maps.google.com/?q=1.5,2',
    })
  })
})
