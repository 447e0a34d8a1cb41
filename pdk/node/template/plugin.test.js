import assert from 'node:assert/strict'
import test from 'node:test'
import { Host } from './dougong/testing.js'
import { CAPABILITY, NO_NAME, plugin } from './plugin.js'

test('greet', async () => {
  const host = new Host(plugin)
  assert.deepEqual(await host.call(CAPABILITY, 'greet', { name: 'Ada' }), { greeting: 'hello, Ada', count: 1 })
  assert.equal((await host.call(CAPABILITY, 'greet', { name: 'Ada' })).count, 2)
})

test('greet nobody', async () => {
  await assert.rejects(new Host(plugin).call(CAPABILITY, 'greet', { name: ' ' }), { code: NO_NAME })
})
