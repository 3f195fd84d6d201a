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

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
