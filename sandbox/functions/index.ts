export type { Choice } from './choice'
export type { FunctionCall, FunctionConnections, FunctionState, Memory, PoolFunction } from './function'
export { startPool } from './pool'
export type { Pool, PoolHooks, PoolOptions } from './pool-options'
