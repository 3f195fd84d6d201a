import * as z from 'zod/mini'
import { markMessage, partOf } from '../../src/session/mark'
import { toMarkdown } from '../../src/to-customer/rich-text'
import type { Author, Content, Message } from '../../src/sunco/types'
import { msUntil, outcomeOf, part, refusedNote, seenAfter, type Check } from '../check'
import type { Conversations } from './conversations'

const stored = z.object({
  author: z.object({ userId: z.nullish(z.string()) }),
  content: z.object({ text: z.optional(z.string()), htmlText: z.nullish(z.string()) }),
})

export const messageFacts = ['authorByExternalId', 'messageListed', 'plainTextKept', 'markdownFormatted'] as const

const business: Author = { type: 'business' }
const signs = '1 < 2 & 3 > 2, **bold**, <b>bold</b>'
const markdown = '**bold** and a [link](https://example.com/)'

/** Says something in a conversation that we hold; while anyone else does, it would open a ticket. */
export const checkMessages = async (check: Check, { main, user }: Conversations): Promise<void> => {
  const { findings, made, sunco } = check
  const post = async (author: Author, content: Content): Promise<Message | undefined> =>
    (await sunco.postMessage(main.id, { author, content, metadata: markMessage(made.name, 0, true) }))[0]

  await part(check, ['authorByExternalId'], async () => {
    const said = await outcomeOf(post({ type: 'user', userExternalId: made.name }, { type: 'text', text: 'Hello' }))
    const isTheirs = said.answer !== undefined && z.parse(stored, said.answer).author.userId === user.id
    findings.tell('authorByExternalId', isTheirs, refusedNote(said))
  })
  await part(check, ['plainTextKept'], async () => {
    const { content } = z.parse(stored, await post(business, { type: 'text', text: signs }))
    const read = await toMarkdown(content.text, content.htmlText ?? undefined)
    findings.tell('plainTextKept', content.text === signs && read === signs, content.htmlText ? 'with HTML' : undefined)
  })
  await part(check, ['messageListed'], async () => {
    const ms = await msUntil(check, async () => {
      const messages = await sunco.listNewestMessages(main.id)
      return messages.some(({ metadata }) => partOf(metadata, made.name) === 0)
    })
    findings.tell('messageListed', ms !== undefined, seenAfter(ms))
  })
  await part(check, ['markdownFormatted'], async () => {
    const said = await outcomeOf(post(business, { type: 'text', markdownText: markdown }))
    if (said.refusedWith !== undefined) return findings.tell('markdownFormatted', false, refusedNote(said))
    const html = z.parse(stored, said.answer).content.htmlText ?? ''
    findings.tell('markdownFormatted', /<(?:strong|b)\b/.test(html) && html.includes('href="https://example.com/"'))
  })
}
