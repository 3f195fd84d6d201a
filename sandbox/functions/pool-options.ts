import type { IntegrationAnswer, IntegrationRequest } from '../botpress/integration-call'
import type { Choice } from './choice'
import type { FunctionCall, FunctionConnections, PoolFunction } from './function'

export type PoolOptions = {
  bundle: string
  botpressUrl: string
  token: string
  suncoUrl: string
  /** Of the Zendesk Support API. */
  supportUrl: string
  /** Functions that are started at once. Left out: 4. */
  size?: number
  /** Functions at most; beyond them a request waits until one is idle. Left out: 16, or `size` if that is more. */
  most?: number
  /** Stops a process after each answer until its next request. Left out: wherever processes can be stopped. */
  freeze?: boolean
  /** Every request meets a process that has served none; `size` spare ones are kept. */
  cold?: boolean
  choice?: Choice
  /** One process that takes everything at once and is never frozen, which no serverless platform does. */
  shared?: boolean
  /** After that long over one request, in milliseconds, a function is killed. Left out: 60 s. */
  timeoutMs?: number
  /** The servers that close idle connections of functions that are frozen. */
  connections?: FunctionConnections[]
  /** Told of every change of a function's state. */
  onChange?: (changed: PoolFunction) => void
}

/** May be set at any time. */
export type PoolHooks = {
  /** Awaited when the function was chosen and has not got the request yet; it is still frozen. */
  beforeCall?: (chosen: PoolFunction, call: FunctionCall) => void | Promise<void>
  /** Chooses among the idle ones, the one that rested longest being the first; undefined: by the pool's own rule. */
  choose?: (idle: PoolFunction[], call: FunctionCall) => PoolFunction | undefined
  /** Awaited when the function has answered and is frozen again, before the answer is passed on. */
  afterAnswer?: (by: PoolFunction, call: FunctionCall, answer: IntegrationAnswer) => void | Promise<void>
  /** Requests come to no function and are answered with 502. */
  isUnreachable?: boolean
}

export type Pool = {
  /** What all functions wrote to their consoles, in lines. */
  readonly log: string[]
  readonly hooks: PoolHooks
  /** Those that live. */
  functions: () => PoolFunction[]
  /** Answers 502 where the function dies over it, or where none is to be started. */
  call: (request: IntegrationRequest) => Promise<IntegrationAnswer>
  /** All functions die, and none is started until `start`. */
  kill: () => Promise<void>
  /** New functions, with empty memories. */
  start: () => Promise<void>
  /** Kill and start. */
  restart: () => Promise<void>
  /** Starts functions, or ends those that rested longest; a busy one ends after its answer. */
  resize: (size: number, most?: number) => Promise<void>
  close: () => Promise<void>
}
