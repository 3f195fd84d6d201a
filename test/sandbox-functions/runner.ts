import { startPool } from '../../sandbox/functions'

/** A program that runs a pool, for a test to kill. It says which processes it has started. */
const main = async (): Promise<void> => {
  const nowhere = 'http://127.0.0.1:1'
  const pool = await startPool({
    ...{ bundle: process.argv[2] ?? '', botpressUrl: nowhere, token: 'token', suncoUrl: nowhere, supportUrl: nowhere },
    ...(JSON.parse(process.argv[3] ?? '{}') as { freeze: boolean }),
    size: 2,
  })
  // They would not end by themselves.
  await Promise.all([1, 2].map(() => pool.call({ headers: {}, body: { tick: 1_000 } })))
  process.stdout.write(`${JSON.stringify(pool.functions().map(({ pid }) => pid))}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(String(error))
  process.exit(1)
})
