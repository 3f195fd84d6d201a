import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Bytes. @property inUse after a full collection; @property resident before it, with what waits to be collected */
export type Memory = { inUse: number; resident: number }

export type IntegrationProcess = {
  /** Changes with every start. */
  url: string
  /** Everything the process wrote to its console, in lines, over all its starts. */
  log: string[]
  memory: () => Promise<Memory>
  /** Ends the process without warning, as a crash would. */
  kill: () => Promise<void>
  /** Starts it again after a kill, with an empty memory. */
  start: () => Promise<void>
  /** The process dies and another one stands ready at once, as on a serverless platform. */
  replace: () => Promise<void>
  close: () => Promise<void>
}

export type IntegrationOptions = { bundle: string; botpressUrl: string; token: string; suncoUrl: string }

const isMemory = (message: unknown): message is Memory =>
  typeof message === 'object' && message !== null && 'inUse' in message

const isPortMessage = (message: unknown): message is { port: number } =>
  typeof message === 'object' && message !== null && 'port' in message

const end = async (dying: ChildProcess | undefined): Promise<void> => {
  if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
  const exit = once(dying, 'exit')
  dying.kill('SIGKILL')
  await exit
  // What it wrote last is still on its way.
  await sleep(10)
}

/** The built bundle in a process of its own, wired to the sandbox's servers by the environment alone. */
export const startIntegration = async (options: IntegrationOptions): Promise<IntegrationProcess> => {
  let child: ChildProcess | undefined

  const integration: IntegrationProcess = {
    url: '',
    log: [],
    start: async () => {
      const started = fork(path.join(__dirname, 'bundle-host.cjs'), [options.bundle], {
        env: {
          PATH: process.env.PATH,
          BP_API_URL: options.botpressUrl,
          BP_TOKEN: options.token,
          SUNCO_API_URL: options.suncoUrl,
        },
        execArgv: ['--expose-gc'],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const keep = (chunk: Buffer): void => void integration.log.push(...chunk.toString().split('\n').filter(Boolean))
      started.stdout?.on('data', keep)
      started.stderr?.on('data', keep)
      const exited = once(started, 'exit').then(() => {
        throw new Error(`The integration did not start: ${integration.log.slice(-3).join(' / ')}`)
      })
      const [message] = (await Promise.race([once(started, 'message'), exited])) as unknown[]
      exited.catch(() => undefined)
      if (!isPortMessage(message)) throw new Error('The integration did not say where it listens')
      child = started
      integration.url = `http://127.0.0.1:${message.port}`
    },
    kill: () => end(child),
    replace: async () => {
      const dying = child
      await integration.start()
      await end(dying)
    },
    memory: async () => {
      if (!child) throw new Error('The integration is not running')
      const answered = once(child, 'message')
      child.send('memory')
      const [memory] = (await answered) as unknown[]
      if (!isMemory(memory)) throw new Error('The integration did not tell its memory')
      return memory
    },
    close: () => integration.kill(),
  }
  await integration.start()
  return integration
}
