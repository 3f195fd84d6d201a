import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { hasEnded, openChannel } from './channel'

/** Bytes. @property inUse after a full collection; @property resident before it, with what waits to be collected */
export type Memory = { inUse: number; resident: number }

export type FunctionState = 'starting' | 'idle' | 'frozen' | 'busy' | 'dead'

export type FunctionCall = { operation: string; body: unknown }

/** One process that runs the bundle. The object is live: it always tells the present state. */
export type PoolFunction = {
  /** f1, f2, … in the order in which they were started; never given twice in a pool. */
  readonly id: string
  readonly pid: number
  readonly state: FunctionState
  /** What it is at work on; with several at once, the first of them. */
  readonly call: FunctionCall | undefined
  /** Ends the process without warning, as a crash would. What it was at work on is answered with 502. */
  kill: () => Promise<void>
  /** Wakes it up for the measurement if it is frozen. */
  memory: () => Promise<Memory>
}

/** Told of functions that are frozen; a server closes their idle connections meanwhile. */
export type FunctionConnections = {
  /** Resolves when the connections that were idle are closed. */
  freeze: (functionId: string) => Promise<void>
  /** To be awaited before the function wakes up: resolves when the ends of those connections have arrived. */
  thaw: (functionId: string) => Promise<void>
}

export type FunctionRequest = { headers: Record<string, string>; body: string }

export type FunctionAnswer = z.infer<typeof answerSchema>

export type FunctionOptions = {
  id: string
  bundle: string
  env: Record<string, string>
  freezes: boolean
  /** After that long over one request, in milliseconds, the process is killed. */
  timeoutMs: number
  connections: FunctionConnections[]
  onLine: (line: string) => void
  onChange: (changed: PoolFunction) => void
}

export type FunctionProcess = PoolFunction & {
  /** Rejects with `FunctionDied` where the process ended before it could take a request. */
  ready: Promise<void>
  /** Resolves when the process is gone and all that it wrote is read. */
  ended: Promise<void>
  /** Reserves it for a call. */
  take: (call: FunctionCall) => void
  /** Rejects with `FunctionDied`. */
  handle: (request: FunctionRequest) => Promise<FunctionAnswer>
  /** The call is over: without another one the function is frozen at once. */
  leave: (call: FunctionCall) => void
}

const answerSchema = z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() })
const memorySchema = z.object({ inUse: z.number(), resident: z.number() })

const eachLine = (stream: Readable | null, tell: (line: string) => void): void => {
  let rest = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    lines.filter(Boolean).forEach(tell)
  })
  stream?.on('end', () => {
    if (rest) tell(rest)
  })
}

/** Measuring costs time, and all functions of a pool run the same: the first is measured, and every second after it. */
const isMeasured = (id: string): boolean => Number(id.slice(1)) % 2 === 1

/** Starts a process that runs the bundle. It is frozen whenever it has nothing to do, as by a serverless platform. */
export const startFunction = (options: FunctionOptions): FunctionProcess => {
  const { id, bundle, env, freezes, timeoutMs, connections } = options
  const { SANDBOX_CODE_CACHE: codeCache, SANDBOX_COVERAGE } = process.env
  const coverage = isMeasured(id) ? SANDBOX_COVERAGE : undefined
  const child = fork(path.join(__dirname, 'host.cjs'), [bundle, ...(codeCache ? [codeCache] : [])], {
    env: { PATH: process.env.PATH, ...env, SANDBOX_FUNCTION: id, ...(coverage && { SANDBOX_COVERAGE: coverage }) },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const nothing = (): void => undefined
  const ended = once(child, 'close').then(nothing, nothing)
  const calls = new Set<FunctionCall>()
  let state: FunctionState = 'starting'
  let isStopped = false
  let closing: Promise<unknown> = Promise.resolve()

  const become = (next: FunctionState): void => {
    if (state === next || state === 'dead') return
    state = next
    options.onChange(self)
  }
  const freeze = (): void => {
    child.kill('SIGSTOP')
    isStopped = true
    closing = Promise.all(connections.map((server) => server.freeze(id)))
    become('frozen')
  }
  const rest = (): void => {
    if (state === 'dead' || hasEnded(child)) return
    if (calls.size > 0) become('busy')
    else if (freezes) freeze()
    else become('idle')
  }
  const thaw = async (): Promise<void> => {
    // What the far side closes while the function is frozen must be closed when it wakes up.
    await closing
    if (!isStopped) return
    isStopped = false
    await Promise.all(connections.map((server) => server.thaw(id)))
    child.kill('SIGCONT')
  }
  const kill = async (): Promise<void> => {
    become('dead')
    if (!hasEnded(child)) child.kill('SIGKILL')
    // Not only its end: what it wrote last is read by then.
    await ended
  }

  // Heard before the channel hears it, so that the state is told before the call that failed.
  for (const end of ['exit', 'error']) child.once(end, () => become('dead'))
  const channel = openChannel(child)
  channel.ready.then(rest, nothing)
  eachLine(child.stdout, options.onLine)
  eachLine(child.stderr, options.onLine)

  const self: FunctionProcess = {
    id,
    pid: child.pid ?? 0,
    get state() {
      return state
    },
    get call() {
      return [...calls][0]
    },
    ready: channel.ready,
    ended,
    take: (call) => {
      calls.add(call)
      if (state !== 'starting') become('busy')
    },
    leave: (call) => {
      calls.delete(call)
      rest()
    },
    handle: async (request) => {
      await thaw()
      const timer = setTimeout(() => void kill(), timeoutMs)
      try {
        return await channel.ask({ request }, answerSchema)
      } finally {
        clearTimeout(timer)
      }
    },
    memory: async () => {
      // A call like any other, so that it is awake for it and is given nothing else to do.
      const measurement: FunctionCall = { operation: 'memory', body: undefined }
      self.take(measurement)
      try {
        await channel.ready
        await thaw()
        return await channel.ask({}, memorySchema)
      } finally {
        self.leave(measurement)
      }
    },
    kill,
  }
  return self
}
