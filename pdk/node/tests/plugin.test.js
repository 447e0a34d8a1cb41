import assert from 'node:assert/strict'
import test from 'node:test'
import { Code, Failure, Payload, Plugin, raw, typed } from '../dougong/index.js'
import { Host } from '../dougong/testing.js'

const CAPABILITY = 'example.test/v1'

function hosted(methods) {
  const plugin = new Plugin('com.example.test', '1.2.3').provide(CAPABILITY, methods)
  const host = new Host(plugin)
  return { plugin, host, call: (method, args, options) => host.call(CAPABILITY, method, args, options) }
}

const fails = (code, text) => (thrown) => thrown instanceof Failure && thrown.code === code && thrown.message.includes(text)

/** Run with console.error silent; resolves to what it would have printed. */
async function quiet(function_) {
  const { error } = console
  const printed = []
  console.error = (...parts) => printed.push(...parts)
  try {
    await function_()
  } finally {
    console.error = error
  }
  return printed
}

test('methods', async () => {
  const { plugin, call } = hosted({
    shout: (ctx, args) => args,
    'open.send': raw((ctx, payload) => new Payload(Buffer.concat([payload.json, Buffer.from(' ')]), payload.blobs)),
    nothing() {},
  })
  assert.deepEqual(plugin.describe(), { [CAPABILITY]: ['nothing', 'open.send', 'shout'] })
  assert.deepEqual(await call('shout', { b: Buffer.from('1') }), { b: Buffer.from('1') })
  assert.deepEqual(await call('shout'), {})
  assert.equal(await call('nothing'), null)
  assert.deepEqual(await call('open.send', [Buffer.from('1')]), [Buffer.from('1')])
  await assert.rejects(call('toString'), fails(Code.UNSUPPORTED, 'no method "toString" in example.test/v1; it has nothing, open.send, shout'))
  assert.throws(() => plugin.provide(CAPABILITY, { shout() {} }), /two methods shout/)
  assert.throws(() => plugin.provide(CAPABILITY, { other: 1 }), /other is not a function/)
})

test('types', async () => {
  const { call } = hosted({ typed: typed({ text: 'string', 'n?': 'integer', 'data?': 'bytes' }, (ctx, args) => args) })
  for (const args of [{ text: '', n: 3 }, { text: 'a', n: null, more: [] }, { text: 'a', data: Buffer.from('b') }]) {
    assert.deepEqual(await call('typed', args), args)
  }
  for (const [args, want] of [
    [{}, 'text: expected string, found nothing'], [{ text: null }, 'text: expected string, found null'], [{ text: 7 }, 'text: expected string, found number'],
    [{ text: '', n: 1.5 }, 'n: expected integer, found number'], [{ text: '', data: 'x' }, 'data: expected bytes, found string'],
    [{ text: {} }, 'found object'], [[], 'the argument: expected object, found array'],
  ]) await assert.rejects(call('typed', args), fails(Code.INVALID_PARAMS, want))
  assert.throws(() => typed({ x: 'date' }, () => {}), /x: a type is one of string, boolean/)
})

test('failures', async () => {
  const { call } = hosted({
    own() { throw new Failure(10001, 'no', 'because', { x: 1 }) },
    async broken() { throw new TypeError('k') },
    odd: () => 1n,
    text() { throw 'words' }, // eslint-disable-line no-throw-literal
  })
  await assert.rejects(call('own'), { code: 10001, label: 'no', message: 'because', data: { x: 1 } })
  const printed = await quiet(async () => {
    await assert.rejects(call('broken'), fails(Code.INTERNAL, 'TypeError: k'))
    await assert.rejects(call('odd'), fails(Code.INTERNAL, 'BigInt'))
    await assert.rejects(call('text'), fails(Code.INTERNAL, 'words'))
  })
  assert.match(printed[0].stack, /at (async )?.*broken/)
})

test('configure and close', async () => {
  const { plugin, host } = hosted({})
  const taken = []
  plugin.onConfigure((ctx, config) => {
    if (config.size < 0) throw new RangeError('size is negative')
    if (config.size === 0) throw new Failure(Code.DENIED, 'denied', 'no size')
    taken.push(config)
  }).onClose(async () => { taken.push('closed') })
  await host.configure({ size: 1 })
  await quiet(() => assert.rejects(host.configure({ size: -1 }), fails(Code.CONFIG, 'size is negative')))
  await assert.rejects(host.configure({ size: 0 }), fails(Code.DENIED, 'no size'))
  await plugin.close()
  assert.deepEqual(taken, [{ size: 1 }, 'closed'])
})

test('services', async () => {
  const { host, call } = hosted({
    async use(ctx) {
      for (const key of ['b', 'a', 'ab']) await ctx.kv.set(key, key)
      await ctx.kv.delete('b')
      await ctx.after(1500, 'later', { x: 1 })
      await ctx.checkDomain('request', 'https://a.example')
      const page = await ctx.http.post('https://a.example', 'q', { headers: { X: '1' }, timeout: 2000 })
      await ctx.log('info', 'text', { n: 7 })
      return { keys: await ctx.kv.list('a'), b: await ctx.kv.get('b'), a: await ctx.kv.get('a'), status: page.status,
        body: page.body, type: page.header('Content-Type'), button: await ctx.confirm('t', 'c', 'no', 'yes'), secret: await ctx.secret('s'),
        key: (await ctx.dataKey(16)).length, was: [await ctx.anchor(5), await ctx.anchor(3), await ctx.anchor()], app: ctx.app }
    },
  })
  host.pages.set('https://a.example', { status: 404, body: 'p', headers: { 'content-type': ['text/plain'] } })
  host.secrets.set('s', 'hush')
  host.button = 1
  assert.deepEqual(await call('use'), { keys: ['a', 'ab'], b: null, a: Buffer.from('a'), status: 404, body: Buffer.from('p'),
    type: 'text/plain', button: 1, secret: 'hush', key: 16, was: [0, 5, 5], app: 'test.app' })
  assert.deepEqual(host.requests, [{ method: 'POST', url: 'https://a.example', headers: { X: ['1'] }, body: Buffer.from('q'), timeout_ms: 2000 }])
  assert.deepEqual(host.timers, [{ delay_ms: 1500, method: 'later', data: { x: 1 } }])
  assert.deepEqual(host.logs, [{ level: 'info', message: 'text', fields: { n: '7' } }])
})

test('long lists come in pages', async () => {
  const { host, call } = hosted({ keys: (ctx) => ctx.kv.list('k'), put: (ctx, { key }) => ctx.kv.set(key, '') })
  const names = Array.from({ length: 250 }, (_, n) => `k${String(n).padStart(4, '0')}`)
  for (const key of names) await call('put', { key })
  assert.deepEqual(await call('keys'), names)
  assert.equal(host.stored.size, 250)
})

test('a bad answer of the host', async () => {
  const { host, call } = hosted({ ask: (ctx) => ctx.confirm('t', 'c', 'ok') })
  host.button = 3
  await assert.rejects(call('ask'), fails(Code.INVALID_RESULT, 'button 3 of 1'))
})

test('the language of the user', async () => {
  const { host, call } = hosted({ ask: (ctx) => ctx.language() })
  assert.equal(await call('ask'), '')
  host.language = 'zh-CN'
  assert.equal(await call('ask'), 'zh-CN')
})

test('a task goes on after its call', async () => {
  let opened
  const { host, call } = hosted({ open(ctx) { opened = ctx } })
  await call('open', {}, { task: 4, timeout: 1000 })
  opened.emit('tick', { d: Buffer.from('1') }) // not awaited: the order holds all the same
  opened.emit('tick', 2)
  await opened.end('done')
  await assert.rejects(opened.emit('tick'), fails(Code.NOT_FOUND, 'final event'))
  assert.deepEqual(host.events.map(({ name, data, final, task }) => [name, data, final, task]),
    [['tick', { d: Buffer.from('1') }, false, '4'], ['tick', 2, false, '4'], ['done', null, true, '4']])
  opened.check()
})

test('deadline', async (t) => {
  const { call } = hosted({
    wait: (ctx) => ctx.sleep(60_000),
    async busy(ctx) { for (;;) { ctx.check(); await ctx.kv.get('k') } },
    heed: (ctx) => new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))),
  })
  const live = setInterval(() => {}, 1000) // the call's timer alone does not keep a process alive
  t.after(() => clearInterval(live))
  for (const method of ['wait', 'busy', 'heed']) {
    await assert.rejects(call(method, {}, { timeout: 20 }), fails(Code.TIMEOUT, `${method}: the call's deadline passed`))
  }
  await assert.rejects(call('wait', {}, { timeout: 0 }), fails(Code.TIMEOUT, 'deadline passed'))
})

test('cancel', async () => {
  const { host } = hosted({})
  const ctx = host.context({ method: 'm' })
  setTimeout(() => ctx.cancel(), 5)
  await assert.rejects(ctx.sleep(60_000), fails(Code.CANCELED, 'm: the caller gave up'))
})
