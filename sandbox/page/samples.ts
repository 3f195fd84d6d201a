import type { Content } from '../sunco/state'
import type { Upload } from './agent-desk'

export const sampleButtons = (text = 'Which of these suits you?'): Content => ({
  type: 'text',
  text,
  actions: [
    { type: 'reply', text: 'Send a new one', payload: 'NEW' },
    { type: 'reply', text: 'Pay me back', payload: 'REFUND' },
    { type: 'link', text: 'Read about returns', uri: 'https://example.com/returns' },
  ],
})

const link = (text: string, uri: string): object => ({ type: 'link', text, uri })

export const sampleItems = [
  {
    title: 'Blue kettle',
    description: '1.7 litres, in stock',
    hue: 215,
    actions: [link('See the blue kettle', 'https://example.com/kettles/blue')],
  },
  {
    title: 'Red kettle',
    description: '1.2 litres, in two days',
    hue: 5,
    actions: [link('See the red kettle', 'https://example.com/kettles/red')],
  },
]

/** A coloured card with a kettle on it, drawn here so that the sandbox needs no file and no network. */
export const samplePicture = (name: string, hue: number): Upload => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160" viewBox="0 0 320 160">
<rect width="320" height="160" fill="hsl(${hue} 60% 90%)"/>
<path d="M118 122c-8-40 8-66 42-66s50 26 42 66z" fill="hsl(${hue} 55% 45%)"/>
<path d="M198 84l28-14" stroke="hsl(${hue} 55% 35%)" stroke-width="10" stroke-linecap="round"/>
<path d="M130 62c4-34 56-34 60 0" fill="none" stroke="hsl(${hue} 55% 30%)" stroke-width="7"/>
</svg>`
  const bytes = new Uint8Array(new TextEncoder().encode(svg))
  return { name: `${name.toLowerCase().replace(/\W+/g, '-')}.svg`, mediaType: 'image/svg+xml', bytes, isPrivate: false }
}
