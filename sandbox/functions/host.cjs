// One function: the built bundle in a process of its own, which is handed requests and answers them as Botpress Cloud
// has it done. It talks to the pool over the channel to its parent, so that it holds no other connection than its own.
const http = require('node:http')
const https = require('node:https')
const v8 = require('node:v8')
const vm = require('node:vm')

// A function whose runner is gone has nobody to answer. One that is frozen cannot see that; the watchdog ends it.
process.on('disconnect', () => process.exit())

const MARK = 'x-sandbox-function'
const id = process.env.SANDBOX_FUNCTION

// The servers must know which function a connection belongs to, whichever way the bundle makes its requests.
for (const module of [http, https]) {
  const original = module.request
  module.request = (...args) => {
    const request = original(...args)
    if (!request.headersSent) request.setHeader(MARK, id)
    // No server can tell: what was sent over a connection that it had closed never reached it.
    request.once('error', ({ code }) => {
      if (request.reusedSocket) console.error(`A call broke over a connection that was kept (${code}).`)
    })
    return request
  }
  // Node's own would send the request before it could be marked.
  module.get = (...args) => module.request(...args).end()
}
const originalFetch = globalThis.fetch
globalThis.fetch = (input, init) => {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  headers.set(MARK, id)
  return originalFetch(input, { ...init, headers })
}

const [, , bundle, codeCache] = process.argv
const { SANDBOX_COVERAGE: coverage } = process.env
const { requireCached } = require('./code-cache.cjs')
const noteCoverage = coverage ? require('./coverage.cjs').startCoverage(bundle, coverage) : () => undefined

const load = () => {
  // No blocks are counted in code from a cache: that of the coverage holds no more than what loading the bundle needs.
  // It lies with the notes, so that each of the runs that are measured has a process that makes it and notes the rest.
  if (coverage) return requireCached(bundle, coverage, 0)
  return codeCache ? requireCached(bundle, codeCache) : { exports: require(bundle), countCall: () => undefined }
}
const { exports: integration, countCall } = load()
noteCoverage()

const answerTo = async ({ headers, body }) => {
  try {
    const answer = await integration.handler({ method: 'POST', path: '/', query: '', headers, body })
    const entries = Object.entries(answer?.headers ?? {}).map(([name, value]) => [name, String(value)])
    return { status: answer?.status ?? 200, headers: Object.fromEntries(entries), body: String(answer?.body ?? '{}') }
  } catch {
    return { status: 500, headers: {}, body: '{}' }
  }
}

// With other flags than V8's own, no code from a cache is taken, neither of the bundle nor of Node's modules: no flag
// of the command, and not for longer than needed.
const collector = () => {
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc')
  v8.setFlagsFromString('--no-expose-gc')
  return collect
}

// What is in use can be told from what only waits to be collected, which depends on how busy the machine is. A first
// collection lets go of buffers and of what waits for them; a second one finds those gone.
const measure = async () => {
  const resident = process.memoryUsage.rss()
  const collect = collector()
  collect()
  await new Promise(setImmediate)
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return { resident, inUse: heapUsed + external }
}

process.on('message', async ({ number, request }) => {
  if (request) countCall()
  const answer = request ? await answerTo(request) : await measure()
  // Before the answer is sent: the process may be frozen at once, and then killed.
  noteCoverage()
  process.send({ number, answer })
})

process.send({ isReady: true })
