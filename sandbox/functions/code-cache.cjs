// Requires a file with the code that an earlier process compiled: most of what a short-lived process costs is compiling the
// bundle. V8 checks a cache by the length of its source alone, so the name of the cache tells the whole.
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const vm = require('node:vm')

/** By then, what a handoff needs has been compiled too. */
const CALLS_BEFORE_SAVING = 12

/** Returns the exports, and what is to be told of each call. */
exports.requireCached = (file, directory) => {
  const source = fs.readFileSync(file, 'utf8')
  const key = createHash('sha256').update(process.version).update(source).digest('hex').slice(0, 16)
  const cache = path.join(directory, `${path.basename(file)}.${key}.code`)
  const cachedData = fs.existsSync(cache) ? fs.readFileSync(cache) : undefined
  const script = new vm.Script(Module.wrap(source), {
    filename: file,
    cachedData,
    importModuleDynamically: (name) => import(name),
  })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, path.dirname(file))

  const save = () => {
    // Renamed at last, so that no other process reads half of it.
    const part = `${cache}.${process.pid}`
    fs.writeFileSync(part, script.createCachedData())
    fs.renameSync(part, cache)
  }
  let calls = 0
  const countCall = () => {
    calls += 1
    if (calls === CALLS_BEFORE_SAVING && !fs.existsSync(cache)) save()
  }
  return { exports: module.exports, countCall }
}
