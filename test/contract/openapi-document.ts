export type JsonObject = Record<string, unknown>

export type Operation = {
  name: string
  method: string
  /** The described path with its parameters filled in, to address the operation in a test. */
  samplePath: string
  matchesPath: (path: string) => boolean
  /** Parameters with `in: query`, of the path and of the operation. */
  queryParameters: JsonObject[]
  requestBody: JsonObject | undefined
  responses: JsonObject
}

export type OpenApiDocument = {
  schemas: Record<string, JsonObject>
  examples: Record<string, unknown>
  operations: Operation[]
  /** Follows a `$ref` within the document, as far as it leads. */
  resolve: (node: unknown) => JsonObject
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})

export const objectsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])

export const stringsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []

export const refNameOf = (node: JsonObject): string | undefined =>
  typeof node.$ref === 'string' ? node.$ref.split('/').at(-1) : undefined

/** Reads the parts of an OpenAPI 3.0 document that a request or a response is held against. */
export function readOpenApiDocument(source: unknown): OpenApiDocument {
  const root = objectOf(source)
  const components = objectOf(root.components)

  const resolve = (node: unknown): JsonObject => {
    const object = objectOf(node)
    if (typeof object.$ref !== 'string') return object
    const steps = object.$ref.replace(/^#\//, '').split('/')
    const target = steps.reduce<unknown>((parent, step) => objectOf(parent)[step], root)
    if (!isObject(target)) throw new Error(`The API description refers to ${object.$ref}, which it does not contain`)
    return resolve(target)
  }

  const operations = Object.entries(objectOf(root.paths)).flatMap(([template, item]) =>
    METHODS.flatMap((method): Operation[] => {
      const path = objectOf(item)
      const operation = path[method]
      if (!isObject(operation)) return []
      const parameters = [...objectsIn(path.parameters), ...objectsIn(operation.parameters)].map(resolve)
      const pattern = toPathPattern(template)
      return [
        {
          name: `${method.toUpperCase()} ${template}`,
          method: method.toUpperCase(),
          samplePath: template.replace(/\{[^}]+\}/g, 'sample'),
          matchesPath: (candidate) => pattern.test(candidate),
          queryParameters: parameters.filter((parameter) => parameter.in === 'query'),
          requestBody: operation.requestBody === undefined ? undefined : resolve(operation.requestBody),
          responses: objectOf(operation.responses),
        },
      ]
    })
  )

  return {
    schemas: Object.fromEntries(
      Object.entries(objectOf(components.schemas)).map(([name, schema]) => [name, objectOf(schema)])
    ),
    examples: Object.fromEntries(
      Object.entries(objectOf(components.examples)).map(([name, example]) => [name, resolve(example).value])
    ),
    operations,
    resolve,
  }
}

function toPathPattern(template: string): RegExp {
  const segments = template.split(/\{[^}]+\}/).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${segments.join('[^/]+')}$`)
}
