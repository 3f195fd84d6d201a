import { startSandbox } from './page'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** PORT may be left out; then a free one is chosen. */
const portFrom = (value: string | undefined): number => {
  const port = Number(value ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is no port: ${value}`)
  return port
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE')
    return `port ${process.env.PORT} is in use; set PORT to another one, or leave it out`
  return error.message.split('\n').find(Boolean) ?? error.name
}

const main = async (): Promise<void> => {
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
  const sandbox = await startSandbox({ port: portFrom(process.env.PORT) })
  say(`Open ${sandbox.url}`)
  say('A customer on the left, Agent Workspace on the right, every HTTP call beside or below. Ctrl-C ends it all.')
  await stopping
  await sandbox.close()
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`The sandbox did not start: ${reasonOf(error)}\n`)
    process.exit(1)
  }
)
