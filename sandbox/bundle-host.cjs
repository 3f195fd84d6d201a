// Serves the built bundle on loopback the way Botpress Cloud calls it: every request is one call of its `handler`.
const http = require('node:http')

const { handler } = require(process.argv[2])

const server = http.createServer((incoming, outgoing) => {
  const chunks = []
  incoming.on('data', (chunk) => chunks.push(chunk))
  incoming.on('end', async () => {
    try {
      const { pathname, search } = new URL(incoming.url, 'http://127.0.0.1')
      if (pathname === '/health') return outgoing.end('ok')
      const response = await handler({
        method: incoming.method,
        path: pathname,
        query: search.slice(1),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      })
      outgoing.writeHead(response?.status ?? 200, response?.headers ?? {}).end(response?.body ?? '{}')
    } catch {
      outgoing.writeHead(500).end('{}')
    }
  })
})

// What is in use can be told from what only waits to be collected, which depends on how busy the machine is. A first
// collection lets go of buffers and of what waits for them; a second one finds those gone.
process.on('message', async () => {
  const resident = process.memoryUsage.rss()
  global.gc()
  await new Promise(setImmediate)
  global.gc()
  const { heapUsed, external } = process.memoryUsage()
  process.send({ resident, inUse: heapUsed + external })
})

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
