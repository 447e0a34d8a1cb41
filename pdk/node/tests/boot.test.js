/** What a process does before its plugin is served, in real processes. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import process from 'node:process'
import test from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

const kit = new URL('../dougong/index.js', import.meta.url).href
const HOSTED = { DOUGONG_PLUGIN: 'dougong.plugin.v1', DOUGONG_LIFELINE: 'stdin' }
const PLUGIN = `import { Plugin } from '${kit}'\nconst plugin = new Plugin('com.example.test', '1.2.3')\n`

function start(program, env) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, detached: true })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (text) => { printed.out += text })
  child.stderr.on('data', (text) => { printed.err += text })
  return { child, printed, closed: once(child, 'close') }
}

test('by hand', async () => {
  const { printed, closed } = start(`${PLUGIN}await plugin.run()`, {})
  assert.deepEqual(await closed, [1, null])
  assert.equal(printed.out, '')
  assert.match(printed.err, /this is the Dougong plugin com.example.test 1.2.3. It is started by a host/)
})

test('prints go to standard error', async () => {
  const { printed, closed } = start(
    `import '${kit}'\nconsole.log('by console')\nprocess.stdout.write('by stream\\n', () => process.exit(0))`, HOSTED)
  assert.deepEqual(await closed, [0, null])
  assert.deepEqual(printed, { out: '', err: 'by console\nby stream\n' })
})

test('the end of the lifeline ends the process and its children', async () => {
  const { child, printed, closed } = start(`import '${kit}'\nimport { spawn } from 'node:child_process'
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })\nconsole.log(child.pid)`, HOSTED)
  await once(child.stderr, 'data')
  const grandchild = Number(printed.err)
  assert.ok(grandchild > 0)
  child.stdin.end()
  assert.deepEqual(await closed, [null, 'SIGKILL'])
  while (alive(grandchild)) await delay(5)
})

test('a host of another version', async () => {
  const { printed, closed } = start(`${PLUGIN}await plugin.run()`, { ...HOSTED, PLUGIN_PROTOCOL_VERSIONS: '2,3' })
  assert.deepEqual(await closed, [1, null])
  assert.equal(printed.out, '')
  assert.match(printed.err, /the host speaks version 2,3 of the plugin protocol, this kit 1/)
})

function alive(pid) {
  try {
    process.kill(pid, 0)
    return !fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
