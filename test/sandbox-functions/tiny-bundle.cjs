// A bundle that does what the body of a request says, and answers with what it has seen.
const http = require('node:http')

const agent = new http.Agent({ keepAlive: true })
const seen = { pid: process.pid, served: 0, mostAtOnce: 0, ticks: 0, late: [] }
let atOnce = 0

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const get = (url, onSent = () => undefined) =>
  new Promise((resolve) => {
    const request = http.get(url, { agent }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode, reused: request.reusedSocket }))
    })
    request.on('finish', onSent)
    request.on('error', ({ code }) => resolve({ code, reused: request.reusedSocket }))
  })

const actions = {
  say: (line) => console.log(line),
  sayEnv: (name) => console.log(process.env[name]),
  wait: sleep,
  /** Goes on after the answer, as far as the process does. */
  tick: (ms) => void setInterval(() => (seen.ticks += 1), ms),
  leave: (url) => new Promise((sent) => void get(url, sent).then((result) => seen.late.push(result))),
  get: async (url) => {
    // Lets Node see which connections died while the process was stopped.
    for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate)
    seen.got = await get(url)
  },
  fetch: async (url) => void (await (await fetch(new Request(url, { headers: { 'x-own': 'yes' } }))).text()),
  fail: () => {
    throw new Error('on demand')
  },
}

exports.handler = async ({ body }) => {
  seen.served += 1
  atOnce += 1
  seen.mostAtOnce = Math.max(seen.mostAtOnce, atOnce)
  try {
    for (const [name, argument] of Object.entries(JSON.parse(body))) await actions[name](argument)
    return { status: 200, headers: { 'x-answer': 'yes' }, body: JSON.stringify(seen) }
  } finally {
    atOnce -= 1
  }
}
