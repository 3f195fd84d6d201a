// Notes which parts of the bundle have run, while the process lives: it is killed without warning, so that what Node
// writes at the end of a process (NODE_V8_COVERAGE) is never written.
const fs = require('node:fs')
const { Session } = require('node:inspector')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { sourceStart } = require('./code-cache.cjs')

/**
 * To be called before the bundle is loaded: V8 counts blocks only in functions that it compiles from then on. Returns
 * what appends the ranges that have run since the last time, as one line: one that a kill cuts short spoils no other.
 */
exports.startCoverage = (bundle, directory) => {
  const bundleUrl = pathToFileURL(bundle).href
  // A process may get the number of one that has ended.
  const file = path.join(directory, `${process.pid}-${Date.now()}.jsonl`)
  fs.mkdirSync(directory, { recursive: true })

  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  // Whether, and not how often: that costs the least.
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })

  const rangesOf = ({ isBlockCoverage, ranges }) => {
    // From the code cache: which parts of the function ran is not known. The process that made the cache knows it.
    if (ranges[0].count > 0 && !isBlockCoverage) return []
    return ranges.map(({ startOffset, endOffset, count }) => [
      startOffset - sourceStart,
      endOffset - sourceStart,
      count,
    ])
  }
  const write = (error, taken) => {
    const functions = taken?.result.find(({ url }) => url === bundleUrl)?.functions ?? []
    const ranges = functions.flatMap(rangesOf)
    // What did not run matters only within what ran.
    if (ranges.some(([, , count]) => count > 0)) fs.appendFileSync(file, `${JSON.stringify({ bundle, ranges })}\n`)
  }
  // In a session with its own process, the answer is there when `post` returns.
  return () => session.post('Profiler.takePreciseCoverage', write)
}
