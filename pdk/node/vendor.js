/**
 * Puts the kit into the plugin in the working folder: a plugin's folder holds all that it runs.
 *
 *     node PATH/TO/pdk/node/vendor.js
 */
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('./dougong', import.meta.url))
const target = path.resolve('dougong')
const there = fs.lstatSync(target, { throwIfNoEntry: false })
if (there?.isSymbolicLink() || (there && !fs.existsSync(path.join(target, 'boot.js')))) {
  console.error(`${target} is there and is not the kit; move it away`)
  process.exit(1)
}
if (target !== source) {
  fs.rmSync(target, { recursive: true, force: true })
  fs.cpSync(source, target, { recursive: true })
}
