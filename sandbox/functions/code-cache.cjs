// Requires a file with the code that an earlier process compiled: most of what a short-lived process costs is compiling
// the bundle. V8 compares only the length of the source, so the file's name holds a hash of it.
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const v8 = require('node:v8')
const vm = require('node:vm')

/** By then, what a handoff needs has been compiled too. */
const CALLS_BEFORE_SAVING = 12

/** Where the source starts in the script that V8 is given, in characters. */
exports.sourceStart = Module.wrapper[0].length

/**
 * Returns the exports, and what is to be told of each call.
 *
 * @param callsBeforeSaving 0: what only the calls need is compiled anew in each process
 */
exports.requireCached = (file, directory, callsBeforeSaving = CALLS_BEFORE_SAVING) => {
  const source = fs.readFileSync(file, 'utf8')
  const hash = createHash('sha256').update(process.version).update(String(callsBeforeSaving)).update(source)
  const key = hash.digest('hex').slice(0, 16)
  const cache = path.join(directory, `${path.basename(file)}.${key}.code`)
  const cachedData = fs.existsSync(cache) ? fs.readFileSync(cache) : undefined
  // Code that has not run for a while would be thrown away before it is saved.
  if (!cachedData) v8.setFlagsFromString('--no-flush-bytecode')
  const script = new vm.Script(Module.wrap(source), {
    filename: file,
    cachedData,
    importModuleDynamically: (name) => import(name),
  })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, path.dirname(file))

  const save = () => {
    // What is saved with other flags than V8's own is not taken by a process that has those.
    v8.setFlagsFromString('--flush-bytecode')
    // Renamed at last, so that no other process reads half of it.
    const part = `${cache}.${process.pid}`
    fs.writeFileSync(part, script.createCachedData())
    fs.renameSync(part, cache)
  }
  let calls = -1
  const countCall = () => {
    calls += 1
    if (calls === callsBeforeSaving && !fs.existsSync(cache)) save()
  }
  countCall()
  return { exports: module.exports, countCall }
}
