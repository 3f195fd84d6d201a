import { isObject, objectOf, objectsIn, refNameOf, stringsIn, type JsonObject } from './openapi-document'

export type Direction = 'request' | 'response'

export type SchemaConverter = {
  /** Every named schema of the description, to be registered under `DEFINITIONS_ID`. */
  definitions: () => Record<string, JsonObject>
  /** The schema of a whole body: fields that it does not describe are refused. */
  closed: (schema: JsonObject) => JsonObject
}

/** Where the converted schemas point when they refer to each other. */
export const DEFINITIONS_ID = 'sunco'

/** Name of the validator keyword that limits the size of a value, in bytes of its JSON text. */
export const MAX_JSON_BYTES = 'maxJsonBytes'

const KEPT_KEYWORDS = [
  'type',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
]

/**
 * "Strings, numbers and booleans are the only supported format … limited to 4KB" stands in the description's prose
 * only.
 */
const METADATA_LIMITS = {
  additionalProperties: { type: ['string', 'number', 'boolean'] },
  [MAX_JSON_BYTES]: 4096,
}

/**
 * Turns the schemas of an OpenAPI 3.0 description into JSON Schema 2019-09, strict enough to find a misspelt field.
 *
 * The direction decides about `readOnly` fields (refused in requests) and `writeOnly` ones (refused in responses).
 */
export function createSchemaConverter(schemas: Record<string, JsonObject>, direction: Direction): SchemaConverter {
  const hiddenBy = direction === 'request' ? 'readOnly' : 'writeOnly'

  const lookUp = (schema: JsonObject): JsonObject => {
    const name = refNameOf(schema)
    return name === undefined ? schema : lookUp(objectOf(schemas[name]))
  }

  const isHidden = (schema: JsonObject): boolean => lookUp(schema)[hiddenBy] === true

  const fieldsOf = (schema: JsonObject): string[] => {
    const target = lookUp(schema)
    const parts = [target.allOf, target.anyOf, target.oneOf].flatMap(objectsIn)
    return [...Object.keys(objectOf(target.properties)), ...parts.flatMap(fieldsOf)]
  }

  // The names of a composed object are spread over its parts, so that only the place where it is used may be closed.
  // An object that describes no field at all is a free map.
  const closed = (schema: JsonObject): JsonObject =>
    fieldsOf(schema).length > 0 ? { ...convert(schema), unevaluatedProperties: false } : convert(schema)

  const convert = (schema: JsonObject): JsonObject => {
    const name = refNameOf(schema)
    if (name !== undefined) return { $ref: `${DEFINITIONS_ID}#/$defs/${name}` }

    const converted: JsonObject = Object.fromEntries(
      KEPT_KEYWORDS.filter((keyword) => keyword in schema).map((keyword) => [keyword, schema[keyword]])
    )
    if (isObject(schema.properties)) Object.assign(converted, { type: 'object' }, convertProperties(schema))
    else if (Array.isArray(schema.required)) converted.required = schema.required
    if (isObject(schema.items)) converted.items = closed(schema.items)
    if (typeof schema.additionalProperties === 'boolean') converted.additionalProperties = schema.additionalProperties
    if (isObject(schema.additionalProperties)) converted.additionalProperties = closed(schema.additionalProperties)
    if (Array.isArray(schema.allOf)) converted.allOf = objectsIn(schema.allOf).map(convert)
    if (Array.isArray(schema.anyOf)) converted.anyOf = objectsIn(schema.anyOf).map(convert)

    const variants = objectsIn(schema.oneOf)
    if (isObject(schema.discriminator)) Object.assign(converted, toTaggedUnion(schema.discriminator, variants))
    else if (variants.length > 0) Object.assign(converted, toUntaggedUnion(variants))

    return withNullability(converted, schema.nullable)
  }

  const convertProperties = (schema: JsonObject): JsonObject => {
    const properties = Object.entries(objectOf(schema.properties)).map(([name, value]) => ({
      name,
      schema: objectOf(value),
    }))
    // `required: true` within a field is JSON Schema draft 3; the description still has one.
    const required = [
      ...stringsIn(schema.required),
      ...properties.filter((property) => property.schema.required === true).map((property) => property.name),
    ]
    const hidden = new Set(properties.filter((property) => isHidden(property.schema)).map((property) => property.name))
    return {
      properties: Object.fromEntries(
        properties.map((property) => [property.name, hidden.has(property.name) ? false : closed(property.schema)])
      ),
      required: required.filter((name) => !hidden.has(name)),
    }
  }

  // The variants leave the value of their tag open, so that plain `oneOf` finds several to match.
  const toTaggedUnion = (discriminator: JsonObject, variants: JsonObject[]): JsonObject => {
    const tag = String(discriminator.propertyName)
    const mapping = isObject(discriminator.mapping)
      ? Object.entries(discriminator.mapping).map(([value, $ref]) => ({ value, variant: { $ref } }))
      : variants.map((variant) => ({ value: refNameOf(variant), variant }))
    const known = {
      type: 'object',
      required: [tag],
      properties: { [tag]: { enum: mapping.map(({ value }) => value) } },
    }
    return {
      if: known,
      then: {
        allOf: mapping.map(({ value, variant }) => ({
          if: { properties: { [tag]: { const: value } } },
          then: convert(variant),
        })),
      },
      else: known,
    }
  }

  // Without a tag, only the fields tell the variants apart. Where they share some, one value may rightly match several.
  const toUntaggedUnion = (variants: JsonObject[]): JsonObject => {
    const fields = variants.flatMap((variant) => [...new Set(fieldsOf(variant))])
    const exclusive = new Set(fields).size === fields.length
    return { [exclusive ? 'oneOf' : 'anyOf']: variants.map(closed) }
  }

  // A base with a discriminator stands for its variants, while each of these includes the base by reference.
  const isPolymorphicBase = (schema: JsonObject): boolean =>
    isObject(schema.discriminator) && !Array.isArray(schema.oneOf)

  const variantNames = new Set(
    Object.values(schemas)
      .filter(isPolymorphicBase)
      .flatMap((base) => Object.values(objectOf(objectOf(base.discriminator).mapping)))
      .map(($ref) => refNameOf({ $ref }))
  )

  const withOwnBase = (variant: JsonObject): JsonObject => ({
    ...variant,
    allOf: objectsIn(variant.allOf).map((part) =>
      isPolymorphicBase(lookUp(part)) ? { ...lookUp(part), discriminator: undefined } : part
    ),
  })

  const define = (name: string, schema: JsonObject): JsonObject => {
    if (name === 'metadata') return { ...convert(schema), ...METADATA_LIMITS }
    return convert(variantNames.has(name) ? withOwnBase(schema) : schema)
  }

  return {
    definitions: () =>
      Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, define(name, schema)])),
    closed,
  }
}

function withNullability(converted: JsonObject, nullable: unknown): JsonObject {
  if (nullable === true && typeof converted.type === 'string') {
    const values = Array.isArray(converted.enum) ? { enum: [...stringsIn(converted.enum), null] } : {}
    return { ...converted, ...values, type: [converted.type, 'null'] }
  }
  // Without a type of its own, the schema takes over a named one and overrules whether that may be null.
  if (nullable === true) return { if: { type: 'null' }, else: converted }
  if (nullable === false && converted.type === undefined) return { ...converted, not: { type: 'null' } }
  return converted
}
