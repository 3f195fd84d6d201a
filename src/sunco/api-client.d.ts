declare module 'sunshine-conversations-client/dist/sunshine-conversations-client/ApiClient' {
  import type { Agent } from 'node:http'

  type Json = Record<string, unknown>
  /** The part of a superagent request that plugins touch. */
  export type PluggableRequest = {
    redirects: (count: number) => PluggableRequest
    timeout: (ms: number) => PluggableRequest
    attach: (
      field: string,
      file: Buffer | string,
      options: { filename: string; contentType: string }
    ) => PluggableRequest
  }

  export default class ApiClient {
    basePath: string
    authentications: { bearerAuth: { type: 'bearer'; accessToken?: () => string } }
    defaultHeaders: Record<string, string>
    /** Milliseconds for a whole call. */
    timeout: number
    requestAgent: Agent | null
    plugins: ((request: PluggableRequest) => void)[] | null
    callApi(
      path: string,
      method: string,
      pathParams: Record<string, string>,
      queryParams: Record<string, string | number>,
      headerParams: Record<string, string>,
      formParams: Json,
      bodyParam: unknown,
      authNames: ('basicAuth' | 'bearerAuth')[],
      contentTypes: string[],
      accepts: string[],
      returnType: null
    ): Promise<{ response: { status: number; body: unknown } }>
  }
}
