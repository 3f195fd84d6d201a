import { describe, expect, it } from 'vitest'
import { kindOf, mediaUrlOf, toItems, toMessage, withMediaUrl, type Item } from './content'

const media = 'https://acme.zendesk.com/sc/attachments/v2/01HZX/parcel%20slip.pdf'
const text = (value: string) => ({ type: 'text', payload: { text: value } })
/** The line that stands for it is not the content's doing. */
const nothing = { type: 'bloc', payload: { items: [] } }
const bloc = (...items: unknown[]) => ({ type: 'bloc', payload: { items } })

/** What Sunco sends, and what the customer gets. */
const rows: [string, Record<string, unknown>, unknown][] = [
  ['text', { type: 'text', text: 'Hello *there*' }, text('Hello *there*')],
  [
    'text with HTML that says no more',
    { type: 'text', text: 'Hello\nyou & me', htmlText: '<p>Hello<br/>you &amp; me</p>' },
    text('Hello\nyou & me'),
  ],
  [
    'text with links and emphasis',
    {
      type: 'text',
      text: 'See our terms now',
      htmlText: '<p>See our <a href="https://acme.example/t?a=1&amp;b=2">terms</a> <strong>now</strong></p>',
    },
    text('See our [terms](https://acme.example/t?a=1&b=2) **now**'),
  ],
  [
    'HTML that cannot be converted, with a text beside it',
    { type: 'text', text: 'Hi', htmlText: '<b>Hi</b><tr><td>x</td></tr>' },
    text('Hi'),
  ],
  ['HTML that cannot be converted', { type: 'text', htmlText: '<b>Hi</b><tr><td>x</td></tr>' }, text('Hi   x')],
  ['HTML beside a blank text', { type: 'text', text: ' ', htmlText: '<p>Hello there</p>' }, text('Hello there')],
  ['HTML alone', { type: 'text', htmlText: '<ul><li>one</li><li>two</li></ul>' }, text('- one\n- two')],
  [
    'text with buttons',
    {
      type: 'text',
      text: 'Choose',
      actions: [
        { type: 'link', text: 'Terms', uri: 'https://acme.example/terms?x=1&y=2' },
        { type: 'webview', text: 'Form', uri: 'https://acme.example/form', fallback: 'https://acme.example/f' },
        { type: 'reply', text: 'Yes', payload: 'YES' },
        { type: 'postback', text: 'Restart', payload: 'RESTART' },
        { type: 'buy', text: 'Vinegar', amount: 8000, currency: 'cad' },
        { type: 'locationRequest', text: 'Send your location' },
      ],
    },
    text(
      'Choose\nTerms: https://acme.example/terms?x=1&y=2\nForm: https://acme.example/form\n- Yes\n- Restart\n- Vinegar (80.00 CAD)\n- Send your location'
    ),
  ],
  ['buttons alone', { type: 'text', actions: [{ type: 'reply', text: 'Yes' }] }, text('- Yes')],
  [
    'image',
    { type: 'image', mediaUrl: media, mediaType: 'image/png', altText: 'parcel.png' },
    { type: 'image', payload: { imageUrl: media, title: 'parcel.png' } },
  ],
  [
    'image with a caption',
    { type: 'image', mediaUrl: media, mediaType: 'image/jpeg', text: 'Your parcel' },
    bloc({ type: 'image', payload: { imageUrl: media } }, text('Your parcel')),
  ],
  [
    'file',
    { type: 'file', mediaUrl: media, mediaType: 'application/pdf' },
    { type: 'file', payload: { fileUrl: media, title: 'parcel slip.pdf' } },
  ],
  [
    'file with an unknown type',
    { type: 'file', mediaUrl: media, altText: 'slip' },
    { type: 'file', payload: { fileUrl: media, title: 'slip' } },
  ],
  [
    'audio',
    { type: 'file', mediaUrl: media, mediaType: 'audio/mpeg', altText: 'voice' },
    { type: 'audio', payload: { audioUrl: media, title: 'voice' } },
  ],
  [
    'video',
    { type: 'file', mediaUrl: media, mediaType: 'video/mp4', altText: 'clip' },
    { type: 'video', payload: { videoUrl: media, title: 'clip' } },
  ],
  [
    'an image with a link that nobody can open',
    { type: 'image', mediaUrl: 'about:blank', altText: 'pic' },
    text('pic\nabout:blank'),
  ],
  [
    'location',
    {
      type: 'location',
      coordinates: { lat: 45.5, long: -73.6 },
      location: { name: 'Office', address: '5333 Av. Casgrain' },
    },
    text('Office\n5333 Av. Casgrain\nhttps://maps.google.com/?q=45.5,-73.6'),
  ],
  [
    'carousel',
    {
      type: 'carousel',
      text: 'Tacos\nfallback',
      items: [
        {
          title: 'Tacos',
          description: 'With salsa',
          mediaUrl: 'https://acme.example/tacos.jpg',
          actions: [{ type: 'link', text: 'Order', uri: 'https://acme.example/order' }],
        },
        { title: 'Ramen', actions: [{ type: 'postback', text: 'More', payload: 'MORE' }] },
      ],
    },
    bloc(
      { type: 'image', payload: { imageUrl: 'https://acme.example/tacos.jpg', title: 'Tacos' } },
      text('Tacos\nWith salsa\nOrder: https://acme.example/order'),
      text('Ramen\n- More')
    ),
  ],
  [
    'list',
    {
      type: 'list',
      items: [{ title: 'One' }, { title: 'Two' }],
      actions: [{ type: 'link', text: 'All', uri: 'https://acme.example' }],
    },
    bloc(text('One'), text('Two'), text('All: https://acme.example')),
  ],
  [
    'form',
    {
      type: 'form',
      fields: [
        { type: 'text', name: 'name', label: 'Your name' },
        { type: 'email', name: 'dataCapture.systemField.requester.email', placeholder: 'you@example.com' },
        {
          type: 'select',
          name: 'size',
          label: 'Size',
          options: [
            { name: 's', label: 'Small' },
            { name: 'l', label: 'Large' },
          ],
        },
      ],
    },
    text('Your name\nyou@example.com\nSize\n- Small\n- Large'),
  ],
  ['template', { type: 'template', template: { name: 'x' } }, nothing],
  ['a kind invented later, with a text', { type: 'hologram', text: 'As text' }, text('As text')],
  ['a kind invented later', { type: 'hologram' }, nothing],
  ['an empty text', { type: 'text', text: '  ' }, nothing],
  [
    'fields of wrong types',
    { type: 'text', text: 'ok', actions: [7, null, { type: 'link', text: 'A', uri: 9 }], items: 'x' },
    text('ok\n- A'),
  ],
]

describe('agent to customer', () => {
  it.each(rows)('%s', async (_, content, message) => {
    expect(toMessage(await toItems(content))).toEqual(message)
  })

  it.each([
    [{ type: 'hologram' }, 'hologram'],
    [{ type: 'with <signs>' }, 'of an unknown kind'],
    [7, 'of an unknown kind'],
  ])('%j is named %s in the log', (content, kind) => {
    expect(kindOf(content)).toBe(kind)
  })
})

it.each<Item>([
  { type: 'image', payload: { imageUrl: media, title: 'A' } },
  { type: 'audio', payload: { audioUrl: media, title: 'A' } },
  { type: 'video', payload: { videoUrl: media, title: 'A' } },
  { type: 'file', payload: { fileUrl: media, title: 'A' } },
])('$type: its link can be replaced by the one of a copy, and nothing else changes', (item) => {
  const copied = withMediaUrl(item, 'https://copy.example/a')
  expect(mediaUrlOf(copied)).toBe('https://copy.example/a')
  expect(withMediaUrl(copied, media)).toEqual(item)
})

it('finds no link in a text and gives it none', () => {
  const item: Item = { type: 'text', payload: { text: 'Hi' } }
  expect(mediaUrlOf(item)).toBeUndefined()
  expect(withMediaUrl(item, media)).toBe(item)
})
