import { objectOf, type JsonObject, type Operation } from './openapi-document'

/** Checks a query string, with or without its question mark, against the parameters of an operation. */
export function queryViolationsOf(
  operation: Operation,
  query: string,
  validate: (operation: Operation, parameters: JsonObject) => string[]
): string[] {
  const isDeep = new Map(
    operation.queryParameters.map((parameter) => [parameter.name, parameter.style === 'deepObject'])
  )
  const parsed: JsonObject = {}
  const repeated: string[] = []

  for (const [key, value] of new URLSearchParams(query)) {
    const { name, field } = splitKey(key)
    const isNested = field !== undefined && isDeep.get(name) === true
    const target = isNested ? objectOf((parsed[name] ??= {})) : parsed
    const property = isNested ? field : key
    if (Object.hasOwn(target, property)) repeated.push(`query: ${key} is given more than once`)
    target[property] = value
  }
  return [...repeated, ...validate(operation, parsed)]
}

/** `page[size]` → `page`, `size`: the deepObject style of OpenAPI. */
function splitKey(key: string): { name: string; field?: string } {
  const match = /^([^[\]]+)\[([^[\]]+)\]$/.exec(key)
  return match?.[1] === undefined ? { name: key } : { name: match[1], field: match[2] }
}

/** One object with all query parameters of an operation as its fields. */
export function querySchemaOf(operation: Operation): JsonObject {
  return {
    type: 'object',
    properties: Object.fromEntries(
      operation.queryParameters.map((parameter) => [String(parameter.name), parameter.schema])
    ),
    required: operation.queryParameters
      .filter((parameter) => parameter.required === true)
      .map((parameter) => parameter.name),
  }
}
