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

/**
 * What `bp deploy` sends: the definition as it is, its schemas turned into JSON schemas. The ids of interfaces, which
 * the command looks up, are left out.
 */
const bodyToSend = (): Record<string, unknown> => {
  const { name, version, title, description, icon, readme, attributes, configuration, user } = definition
  return {
    ...{ name, version, title, description, icon, readme, attributes, user },
    configuration: configuration && withJsonSchema(configuration),
    states: mapValues<WithSchema, object>(definition.states, withJsonSchema),
    entities: mapValues<WithSchema, object>(definition.entities, withJsonSchema),
    events: mapValues<WithSchema, object>(definition.events, withJsonSchema),
    actions: mapValues(definition.actions, (action) => ({
      ...action,
      input: withJsonSchema(action.input),
      output: withJsonSchema(action.output),
    })),
    channels: mapValues(definition.channels, (channel) => ({
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

/** Paths of fields that the declared members do not list. */
const undeclared = (value: unknown, members: ts.NodeArray<ts.TypeElement>, at: string): string[] => {
  if (typeof value !== 'object' || value === null) return []
  const index = members.find(ts.isIndexSignatureDeclaration)
  return Object.entries(value).flatMap(([key, field]) => {
    if (field === undefined) return []
    const property = members.find(
      (member): member is ts.PropertySignature =>
        ts.isPropertySignature(member) && ts.isIdentifier(member.name) && member.name.text === key
    )
    const here = `${at}.${key}`
    const declared = property ?? index
    if (!declared) return [here]
    return declared.type && ts.isTypeLiteralNode(declared.type) ? undeclared(field, declared.type.members, here) : []
  })
}

describe('what is sent to Botpress on deploying', () => {
  it('has no field that the client’s request body does not list', () => {
    const { members } = declaredBody()
    expect(undeclared(bodyToSend(), members, 'body')).toEqual([])
    // The check itself: an extra field is found, at whatever depth.
    const broken = { name: 'x', surplus: 1, events: { e: { schema: {}, name: 'e' } } }
    expect(undeclared(broken, members, 'body')).toEqual(['body.surplus', 'body.events.e.name'])
  })

  it('keeps to the limits that Botpress publishes', () => {
    expect(Object.keys(definition.states ?? {}).length).toBeLessThanOrEqual(5)
    expect(definition.name).toMatch(/^[a-z0-9-]{3,}$/)
    expect(definition.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
