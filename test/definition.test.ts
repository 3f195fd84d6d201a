import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { z } from '@botpress/sdk'
import { describe, expect, it } from 'vitest'
import { actions as ownActions } from '../definitions/actions'
import { hitlInterface } from '../definitions/hitl-interface'
import definition from '../integration.definition'
import { problems } from '../src/problems'
import { endReasons } from '../src/session/end-reason'

type JsonSchema = {
  type?: string
  description?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  'x-zui'?: { title?: string; secret?: boolean }
}
type Titled = { title?: string; description?: string }

const root = path.join(__dirname, '..')
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
const jsonSchemaOf = (schema: z.ZodTypeAny) => schema.toJSONSchema() as JsonSchema

/** Paths of fields that lack a title or a description, which `bp lint` reports. */
const untitled = (schema: JsonSchema, at: string): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = `${at}.${name}`
    const lacks = [!field['x-zui']?.title && `${here}: title`, !field.description && `${here}: description`]
    return lacks.filter((lack) => lack !== false)
  })

const lacking = (things: Record<string, Titled> | undefined, at: string): string[] =>
  Object.entries(things ?? {})
    .filter(([, { title, description }]) => !title || !description)
    .map(([name]) => `${at}.${name}`)

describe('the definition', () => {
  it('is what Botpress’ existing bots and the HITL plugin know it by', () => {
    expect(definition).toMatchObject({
      name: 'zendesk-messaging-hitl',
      title: 'Zendesk Messaging HITL',
      version,
      attributes: { category: 'Customer Support' },
      interfaces: { 'hitl<ticket>': { name: 'hitl', version: '2.1.0' } },
    })
    const names = ['checkAvailability', 'createUser', 'getTicket', 'startHitl', 'stopHitl']
    expect(Object.keys(definition.actions ?? {}).sort()).toEqual(names)
    expect(Object.keys(definition.events ?? {}).sort()).toEqual(['hitlAssigned', 'hitlStopped'])
    const { hitl } = definition.channels ?? {}
    expect(Object.keys(hitl?.messages ?? {}).sort()).toEqual(['audio', 'bloc', 'file', 'image', 'text', 'video'])
    expect(jsonSchemaOf(definition.configuration!.schema).properties?.keySecret?.['x-zui']?.secret).toBe(true)
    const own: Record<string, unknown> = ownActions
    const ofInterface = Object.entries(definition.actions ?? {}).filter(([name]) => !own[name])
    expect(ofInterface.map(([name]) => name).sort()).toEqual(Object.keys(hitlInterface.actions).sort())
    for (const thing of [...ofInterface.map(([, action]) => action), ...Object.values(definition.events ?? {})]) {
      expect(thing.attributes).toEqual({ bpActionHiddenInStudio: 'true' })
    }
  })

  it('has a title and a description on everything', () => {
    const { events = {}, entities = {} } = definition
    const actions: Record<string, Titled & Record<'input' | 'output', { schema: z.ZodTypeAny }>> =
      definition.actions ?? {}
    const states: Record<string, { schema: z.ZodTypeAny }> = definition.states ?? {}
    const fields = [
      untitled(jsonSchemaOf(definition.configuration!.schema), 'configuration'),
      ...Object.entries(actions).flatMap(([name, { input, output }]) => [
        untitled(jsonSchemaOf(input.schema), `${name}.input`),
        untitled(jsonSchemaOf(output.schema), `${name}.output`),
      ]),
      ...Object.entries(states).map(([name, { schema }]) => untitled(jsonSchemaOf(schema), `state ${name}`)),
      ...Object.entries(events).map(([name, { schema }]) => untitled(jsonSchemaOf(schema), `event ${name}`)),
      ...Object.entries<{ schema: z.ZodTypeAny }>(entities).map(([name, { schema }]) =>
        untitled(jsonSchemaOf(schema), `entity ${name}`)
      ),
    ]
    expect(fields.flat()).toEqual([])
    const { hitl } = definition.channels ?? {}
    expect([
      ...lacking(actions, 'action'),
      ...lacking(events, 'event'),
      ...lacking(entities, 'entity'),
      ...lacking(definition.channels, 'channel'),
      ...lacking(definition.user?.tags, 'user tag'),
      ...lacking(hitl?.message?.tags, 'message tag'),
      ...lacking(hitl?.conversation?.tags, 'conversation tag'),
    ]).toEqual([])
  })

  it('has its icon and readme', () => {
    expect(readFileSync(path.join(root, definition.icon!), 'utf8')).toMatch(/^<svg/)
    expect(readFileSync(path.join(root, definition.readme!), 'utf8')).toMatch(/^# Zendesk Messaging HITL/)
  })
})

describe('hub.md', () => {
  const hub = readFileSync(path.join(root, 'hub.md'), 'utf8')

  it.each(Object.entries(problems))('lists the error %s word for word', (_, text) => {
    for (const part of text('\0').split('\0')) {
      // What is filled in stands as an ellipsis.
      if (part.trim()) expect(hub).toContain(part.replace(/^[\s,]+|[\s,]+$/g, ''))
    }
  })

  it('names every configuration field and every ticket field', () => {
    const titles = [definition.configuration!.schema, definition.entities!.ticket.schema].flatMap(
      (schema: z.ZodTypeAny) =>
        Object.values(jsonSchemaOf(schema).properties ?? {}).map((field) => field['x-zui']?.title)
    )
    for (const title of titles) expect(hub).toContain(title)
  })

  it.each(endReasons)('says what the end reason %s stands for', (reason) => {
    expect(hub).toContain(`\`${reason}\``)
  })

  it('says what every reason means that an action may give', () => {
    const { checkAvailability, getTicket } = ownActions
    const reasons = [
      ...checkAvailability.output.schema.shape.reason.options,
      ...getTicket.output.schema.shape.reason.unwrap().options,
    ]
    for (const reason of reasons) expect(hub).toContain(`\`${reason}\``)
  })

  it('gives a cure for every error, and each link leads somewhere', () => {
    expect(hub).not.toMatch(/as it says/i)
    const headings = [...hub.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')
    )
    const links = [...hub.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
    expect(links.length).toBeGreaterThan(5)
    for (const anchor of links) expect(headings).toContain(anchor)
  })
})
