/**
 * The conformance plugin in Node.js: one method for each thing that a plugin can do.
 * pdk/conformance/contracts/conformance.yaml says what each has to do.
 */
import { Code, Failure, Plugin, raw, typed } from './dougong/index.js'

const NO_SESSION = 70002

let greeting = ''
let calls = 0
const sessions = new Map() // task → {ctx of the call that began it, number of messages sent}

function sessionOf(ctx) {
  const session = sessions.get(ctx.task)
  if (session) return session
  throw new Failure(NO_SESSION, 'no-session', `task ${ctx.task} is not a session of this plugin; open one first`)
}

const plugin = new Plugin('dougong.conformance.node', '1.0.0')

plugin.onConfigure((ctx, config) => {
  const wanted = config?.greeting ?? ''
  if (wanted === 'refuse') throw new Failure(Code.CONFIG, 'config', 'greeting "refuse" is refused; choose another')
  greeting = wanted
})

plugin.provide('dougong.conformance/v1', {
  echo: raw((ctx, payload) => payload),

  inspect: typed({ text: 'string', 'data?': 'bytes' }, (ctx, { text, data }) => {
    const out = { text, characters: [...text].length }
    if (data) out.data = Buffer.from(data).reverse()
    return out
  }),

  whoami({ capability, method, app, user, page, trace, caller }) {
    return { capability, method, app, user, page, trace, caller }
  },

  fail: typed({ code: 'integer', name: 'string', message: 'string' }, (ctx, { code, name, message }) => {
    throw new Failure(code, name, message)
  }),

  configured: () => ({ greeting }),

  count: () => ({ count: ++calls }),

  big: typed({ size: 'integer' }, (ctx, { size }) => (
    { data: Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, i) => i))) }
  )),

  kv: typed({ key: 'string', value: 'bytes' }, async (ctx, { key, value }) => {
    const before = await ctx.kv.get(key)
    await ctx.kv.set(key, value)
    return before ? { found: true, before } : { found: false }
  }),

  fetch: typed({ url: 'string' }, async (ctx, { url }) => {
    const { status, body } = await ctx.http.get(url)
    return { status, body }
  }),

  log: typed({ text: 'string' }, async (ctx, { text }) => {
    await ctx.log('warn', text, { n: 7 })
  }),

  sleep: typed({ ms: 'integer' }, async (ctx, { ms }) => {
    await ctx.sleep(ms)
  }),

  spin() {
    for (;;);
  },

  crash() {
    process.exit(1)
  },

  countdown: typed({ from: 'integer' }, async (ctx, { from }) => {
    for (let left = from - 1; left >= 0; left--) {
      ctx.check()
      await ctx.emit('tick', { left, data: Uint8Array.of(left % 251) })
    }
    return { ticks: from }
  }),

  session(ctx) {
    sessions.set(ctx.task, { opened: ctx, sent: 0 })
  },

  'session.send': typed({ text: 'string' }, async (ctx, { text }) => {
    const session = sessionOf(ctx)
    const sent = ++session.sent
    await session.opened.emit('message', { text })
    return { sent }
  }),

  async 'session.close'(ctx) {
    const { opened } = sessionOf(ctx)
    sessions.delete(ctx.task)
    await opened.end('closed', {})
  },
})

await plugin.run()
