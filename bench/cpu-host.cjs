// A bundle in a process of its own that is handed requests over the channel to its parent and tells what it has cost:
// nothing else runs in it, so that two bundles can be compared.
process.on('disconnect', () => process.exit())

const { handler } = require(process.argv[2])

const answerTo = async (request) => {
  try {
    const { status = 200, headers = {}, body = '{}' } = (await handler(request)) ?? {}
    return { status, headers, body: String(body) }
  } catch {
    return { status: 500, headers: {}, body: '{}' }
  }
}

process.on('message', async ({ number, request }) => {
  if (request) return process.send({ number, answer: await answerTo(request) })
  const { user, system } = process.cpuUsage()
  process.send({ number, answer: { user, system } })
})

process.send({ isReady: true })
