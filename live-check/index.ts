import { parseArgs } from 'node:util'
import { askForTicket } from './consent'
import { runLiveCheck } from './run'

/** Whether a ticket may be opened without a question; undefined for arguments that there are not. */
const readArguments = (): { yes: boolean } | undefined => {
  try {
    return parseArgs({ options: { yes: { type: 'boolean', default: false } } }).values
  } catch {
    return undefined
  }
}

const main = async (): Promise<number> => {
  const { stdin: input, stdout: output } = process
  const say = (line: string): void => void output.write(`${line}\n`)
  const given = readArguments()
  if (!given) {
    say('Usage: npm run live-check -- [--yes]')
    return 1
  }
  const stop = new AbortController()
  // Started with `node --import tsx`: the command `tsx` kills a process that does not react to Ctrl-C within some
  // 60 ms, and what was made would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) say('\nStopping; what was made is being removed. Please wait.')
      stop.abort()
    })
  }
  // What was made has to be removed also where nobody reads any more, as behind `| head`.
  output.on('error', () => stop.abort())
  const terminal = { input, output, isTerminal: input.isTTY && output.isTTY }
  return runLiveCheck({
    env: process.env,
    say,
    mayOpenTicket: async () => given.yes || askForTicket(terminal, stop.signal),
    stop: stop.signal,
  })
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`live check failed: ${error instanceof Error ? error.name : 'unknown error'}\n`)
    process.exitCode = 1
  }
)
