import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import { isObject, objectOf, type JsonObject, type OpenApiDocument, type Operation } from './openapi-document'
import { createSchemaConverter, DEFINITIONS_ID, MAX_JSON_BYTES, type Direction } from './openapi-schema'
import { querySchemaOf } from './query-check'

export type OperationValidators = {
  query: (operation: Operation, parameters: JsonObject) => string[]
  request: (operation: Operation, body: unknown) => string[]
  response: (operation: Operation, status: number, body: unknown) => string[]
}

type Compile = (key: string, schemaOf: () => JsonObject) => ValidateFunction

/** Validators for the operations of a description, each compiled at its first use. */
export function createOperationValidators(document: OpenApiDocument): OperationValidators {
  const compileQuery = createCompiler(document, 'request', { coerceTypes: true })
  const compileRequest = createCompiler(document, 'request', {})
  const compileResponse = createCompiler(document, 'response', {})

  return {
    query: (operation, parameters) =>
      run(
        compileQuery(operation.name, () => querySchemaOf(operation)),
        parameters,
        'query'
      ),

    request: (operation, body) =>
      run(
        compileRequest(operation.name, () => jsonSchemaOf(operation.requestBody)),
        body,
        'body'
      ),

    response: (operation, status, body) => {
      if (operation.responses[status] === undefined) {
        if (status < 400) return [`status: ${status} is not described for ${operation.name}`]
        // What a proxy answers in place of the service is not part of the description.
        if (status >= 500) return []
        return run(
          compileResponse('errors', () => ({ $ref: '#/components/schemas/errorResponse' })),
          body,
          'body'
        )
      }
      const response = document.resolve(operation.responses[status])
      const validate = compileResponse(`${operation.name} ${status}`, () => jsonSchemaOf(response))
      const shown = shownFieldsOf(document, response)
      return run(validate, body, 'body', (field) => shown.has(field))
    },
  }
}

function createCompiler(document: OpenApiDocument, direction: Direction, options: { coerceTypes?: boolean }): Compile {
  const compiled = new Map<string, ValidateFunction>()
  let prepared: { ajv: Ajv2019; closed: (schema: JsonObject) => JsonObject } | undefined

  const prepare = (): NonNullable<typeof prepared> => {
    const ajv = new Ajv2019({ ...options, strict: false, allErrors: true })
    addFormats(ajv)
    ajv.addKeyword({
      keyword: MAX_JSON_BYTES,
      type: 'object',
      validate: (limit: number, value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= limit,
      error: { message: (context) => `must not exceed ${context.schema} bytes as JSON` },
    })
    const converter = createSchemaConverter(document.schemas, direction)
    ajv.addSchema({ $id: DEFINITIONS_ID, $defs: converter.definitions() })
    return { ajv, closed: converter.closed }
  }

  return (key, schemaOf) => {
    const known = compiled.get(key)
    if (known) return known
    prepared ??= prepare()
    const validate = prepared.ajv.compile(prepared.closed(schemaOf()))
    compiled.set(key, validate)
    return validate
  }
}

function jsonSchemaOf(holder: JsonObject | undefined): JsonObject {
  return objectOf(objectOf(objectOf(holder?.content)['application/json']).schema)
}

function run(
  validate: ValidateFunction,
  value: unknown,
  root: string,
  isAccepted: (field: string) => boolean = () => false
): string[] {
  if (validate(value)) return []
  const errors = validate.errors ?? []
  // When an alternative fails, its fields count as undescribed and the failure is reported once more as a whole.
  const failedChoices = new Set(errors.filter(isChoice).map((error) => error.instancePath))
  const causes = errors.filter((error) =>
    isUnknownField(error) ? !failedChoices.has(error.instancePath) : error.keyword !== 'if'
  )
  // A failure must never vanish because all of its errors looked like echoes.
  const violations = (causes.length > 0 ? causes : errors)
    .filter((error) => !isUnknownField(error) || !isAccepted(withoutIndexes(fieldPathOf(error))))
    .map((error) => describe(error, root))
  return [...new Set(violations)]
}

const isChoice = (error: ErrorObject): boolean => ['if', 'anyOf', 'oneOf'].includes(error.keyword)

const isUnknownField = (error: ErrorObject): boolean => error.keyword === 'unevaluatedProperties'

const fieldPathOf = (error: ErrorObject): string => `${error.instancePath}/${error.params.unevaluatedProperty}`

const withoutIndexes = (pointer: string): string => pointer.replace(/\/\d+(?=\/|$)/g, '/*')

function describe(error: ErrorObject, root: string): string {
  if (isUnknownField(error)) return `${root}${fieldPathOf(error)}: unknown`
  const place = `${root}${error.instancePath}`
  switch (error.keyword) {
    case 'false schema':
      return `${place}: reserved for the opposite direction (readOnly or writeOnly)`
    case 'not':
      return `${place}: must not be null`
    case 'enum':
      return `${place}: ${error.message}: ${JSON.stringify(error.params.allowedValues)}`
    default:
      return `${place}: ${error.message}`
  }
}

/** Fields in the examples of a response, as pointers with `*` for indexes: some are real but not in its schema. */
function shownFieldsOf(document: OpenApiDocument, response: JsonObject): Set<string> {
  const fields = new Set<string>()
  const collect = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) value.forEach((entry) => collect(entry, `${pointer}/*`))
    if (!isObject(value)) return
    for (const [name, entry] of Object.entries(value)) {
      fields.add(`${pointer}/${name}`)
      collect(entry, `${pointer}/${name}`)
    }
  }
  const examples = objectOf(objectOf(objectOf(response.content)['application/json']).examples)
  for (const example of Object.values(examples)) collect(document.resolve(example).value, '')
  return fields
}
