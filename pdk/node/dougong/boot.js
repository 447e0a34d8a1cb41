/** What has to happen before anything else: keep standard output for the handshake, and watch the lifeline. */
import fs from 'node:fs'
import process from 'node:process'

export const DATA_DIR_KEY = 'DOUGONG_DATA_DIR'
const COOKIE_KEY = 'DOUGONG_PLUGIN'
const COOKIE_VALUE = 'dougong.plugin.v1'
const LIFELINE_KEY = 'DOUGONG_LIFELINE'
const HANDSHAKE = 1 // the descriptor that the host reads the handshake from

/** Whether a Dougong host started this process. */
export function startedByHost() {
  return process.env[COOKIE_KEY] === COOKIE_VALUE
}

/** Tell the host where to connect. Once. */
export function handshake(line) {
  fs.writeSync(HANDSHAKE, line + '\n')
}

/** Kill the process group, which the host made for this plugin, and with it what the plugin has started. */
function endGroup() {
  try {
    process.kill(0, 'SIGKILL')
  } finally {
    process.exit(1) // where there are no groups
  }
}

/** What JavaScript prints goes to standard error. Node has no dup2: a native library has to be kept from printing otherwise. */
function divertStdout() {
  const { stderr } = process
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr })
}

/** The host never writes: any end of reading means that it is gone. */
function watchLifeline() {
  process.stdin.on('end', endGroup).on('error', endGroup).on('close', endGroup).resume()
}

if (startedByHost()) {
  divertStdout()
  if (process.env[LIFELINE_KEY]) watchLifeline()
}
