import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { z } from '@botpress/sdk'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import definition from '../integration.definition'

type WithSchema = { schema: z.ZodTypeAny }

const withJsonSchema = <T extends WithSchema>(thing: T): object => ({ ...thing, schema: thing.schema.toJSONSchema() })

const mapValues = <T, R>(record: Record<string, T> | undefined, map: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value)]))

/** Left out: what the command looks up and sends as ids, and the SDK's own fields. */
const isSent = (name: string): boolean => name !== 'interfaces' && name !== 'props' && !name.startsWith('_')

/** What `bp deploy` sends: the definition as it is, its schemas turned into JSON schemas. */
const bodyToSend = (): Record<string, unknown> => {
  const { configuration, states, entities, events, actions, channels } = definition
  const own = Object.entries(definition).filter(([name]) => isSent(name))
  return {
    ...Object.fromEntries(own),
    configuration: configuration && withJsonSchema(configuration),
    states: mapValues<WithSchema, object>(states, withJsonSchema),
    entities: mapValues<WithSchema, object>(entities, withJsonSchema),
    events: mapValues<WithSchema, object>(events, withJsonSchema),
    actions: mapValues(actions, (action) => ({
      ...action,
      input: withJsonSchema(action.input),
      output: withJsonSchema(action.output),
    })),
    channels: mapValues(channels, (channel) => ({
      ...channel,
      messages: mapValues<WithSchema, object>(channel.messages, withJsonSchema),
    })),
  }
}

/** The type of the request's body, as Botpress' client declares it. */
const declaredBody = (): ts.InterfaceDeclaration => {
  const client = createRequire(__filename).resolve('@botpress/client')
  const file = path.join(path.dirname(client), 'index.d.ts')
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  const found = source.statements.find(
    (node): node is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(node) && node.name.text === 'CreateIntegrationRequestBody'
  )
  if (!found) throw new Error('the client declares no CreateIntegrationRequestBody')
  return found
}

const primitives: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.StringKeyword]: 'string',
  [ts.SyntaxKind.NumberKeyword]: 'number',
  [ts.SyntaxKind.BooleanKeyword]: 'boolean',
}

/** Fields that are not declared, are missing, or are of another primitive type. */
const faultsIn = (value: unknown, type: ts.TypeNode | undefined, at: string): string[] => {
  const primitive = type && primitives[type.kind]
  if (primitive) return typeof value === primitive ? [] : [`${at}: no ${primitive}`]
  if (!type || !ts.isTypeLiteralNode(type)) return []
  return faultsInFields(value, type.members, at)
}

const faultsInFields = (value: unknown, members: ts.NodeArray<ts.TypeElement>, at: string): string[] => {
  if (typeof value !== 'object' || value === null) return [`${at}: no object`]
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  const index = members.find(ts.isIndexSignatureDeclaration)
  const declared = new Map(
    members.filter(ts.isPropertySignature).flatMap((one) => (ts.isIdentifier(one.name) ? [[one.name.text, one]] : []))
  )
  const missing = [...declared].filter(
    ([name, { questionToken }]) => !questionToken && !fields.some(([key]) => key === name)
  )
  return [
    ...missing.map(([name]) => `${at}.${name}: missing`),
    ...fields.flatMap(([key, field]) => {
      const member = declared.get(key) ?? index
      return member ? faultsIn(field, member.type, `${at}.${key}`) : [`${at}.${key}: not declared`]
    }),
  ]
}

describe('what is sent to Botpress on deploying', () => {
  it('has no field that the client’s request body does not list, lacks none, and none is of another primitive type', () => {
    const { members } = declaredBody()
    expect(faultsInFields(bodyToSend(), members, 'body')).toEqual([])
    // The check itself: a fault is found at whatever depth.
    const broken = { name: 'x', title: 7, surplus: 1, events: { e: { name: 'e' } } }
    expect(faultsInFields(broken, members, 'body')).toEqual([
      'body.version: missing',
      'body.title: no string',
      'body.surplus: not declared',
      'body.events.e.schema: missing',
      'body.events.e.name: not declared',
    ])
  })

  it('keeps to the limits that Botpress publishes', () => {
    expect(Object.keys(definition.states ?? {}).length).toBeLessThanOrEqual(5)
    expect(definition.name).toMatch(/^[a-z0-9-]{3,}$/)
    expect(definition.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
