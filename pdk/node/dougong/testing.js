/**
 * A host in the test: no process, no socket, no network.
 *
 *     const host = new Host(plugin)
 *     host.pages.set('https://api.example.com/rate', { status: 200, body: '7.1' })
 *     assert.deepEqual(await host.call('com.acme.hello/v1', 'greet', { name: 'Ada' }), { greeting: 'hello, Ada' })
 *
 * Arguments and results make the same way through JSON and attachments as on the wire.
 */
import { createHash } from 'node:crypto'
import { Context } from './context.js'
import { Code, Failure } from './errors.js'
import { decode, encode } from './payload.js'

const PAGE = 100 // keys in one answer of kv.list

/** A host of one plugin. Its fields are set before the first call. */
export class Host {
  info = { app: 'test.app', user: 'test-user', page: 'pages/index', trace: '0'.repeat(32) }
  pages = new Map() // address → {status, body} of ctx.http
  secrets = new Map()
  button = 0 // what ctx.confirm answers
  language = '' // what the user reads
  events = [] // {name, data, final, task}
  logs = [] // {level, message, fields}
  requests = [] // of ctx.http
  asked = [] // by ctx.confirm
  timers = [] // of ctx.after
  stored = new Map() // JSON of [app, user, key] → value
  #anchors = new Map()

  constructor(plugin) {
    this.plugin = plugin
  }

  /** Hand a configuration to the plugin; rejects if it refuses. */
  async configure(config) {
    await this.plugin.configure(this.context({ method: 'configure' }), Buffer.from(JSON.stringify(config)))
  }

  /** Call a method; timeout in milliseconds. Its failure is a Failure. */
  async call(capability, method, args = null, { task = '', timeout = Infinity } = {}) {
    const ctx = this.context({ ...this.info, capability, method, task: String(task) }, timeout)
    try {
      return decode(await this.plugin.dispatch(ctx, encode(args)))
    } finally {
      ctx.returned()
    }
  }

  /** The context of one call, for tests that call a function directly or cancel it. */
  context(info, timeout = Infinity) {
    return new Context(info, this.#services(info), Date.now() + timeout)
  }

  #services(info) {
    return {
      service: async (name, payload) => {
        if (!Object.hasOwn(this.#serve, name)) throw new Failure(Code.UNSUPPORTED, 'unsupported', `the host has no service "${name}"`)
        return encode(this.#serve[name](info, decode(payload)))
      },
      emit: async (name, payload, final) => {
        const { task = '' } = info
        if (task && this.events.some((event) => event.final && event.task === task)) {
          throw new Failure(Code.NOT_FOUND, 'notFound', `task ${task} has had its final event`)
        }
        this.events.push({ name, data: decode(payload), final, task })
      },
      log: async (level, message, fields) => { this.logs.push({ level, message, fields }) },
    }
  }

  #serve = {
    'kv.get': (info, { key }) => {
      const value = this.stored.get(space(info, key))
      return value === undefined ? { found: false } : { found: true, value }
    },
    'kv.set': (info, { key, value }) => {
      this.stored.set(space(info, key), value)
      return {}
    },
    'kv.delete': (info, { key }) => {
      this.stored.delete(space(info, key))
      return {}
    },
    'kv.list': (info, { prefix = '', after = '', limit = PAGE }) => {
      const order = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))
      const keys = [...this.stored.keys()].map((text) => JSON.parse(text))
        .filter(([app, user, key]) => app === info.app && user === info.user && key.startsWith(prefix))
        .map(([, , key]) => key).filter((key) => order(key, after) > 0).sort(order)
      return { keys: keys.slice(0, limit), more: keys.length > limit }
    },
    'http.request': (_, query) => {
      this.requests.push(query)
      const page = this.pages.get(query.url)
      if (!page) throw new Failure(Code.DENIED, 'denied', `the test has no page ${query.url}; put it into host.pages`)
      return { status: page.status ?? 200, headers: page.headers ?? {}, body: Buffer.from(page.body ?? '') }
    },
    'ui.confirm': (_, query) => {
      this.asked.push(query)
      return { button: this.button }
    },
    'ui.language': () => ({ language: this.language }),
    'secret.get': (_, { name }) => {
      if (!this.secrets.has(name)) throw new Failure(Code.DENIED, 'denied', `the test has no secret "${name}"; put it into host.secrets`)
      return { value: this.secrets.get(name) }
    },
    'key.data': ({ app, user }, { size }) => ({ key: createHash('sha256').update(`${app}\0${user}`).digest().subarray(0, size) }),
    'key.anchor': ({ app, user }, { at }) => {
      const was = this.#anchors.get(`${app}\0${user}`) ?? 0
      this.#anchors.set(`${app}\0${user}`, Math.max(was, at))
      return { was }
    },
    'domain.check': () => ({}),
    'timer.after': (_, query) => {
      this.timers.push(query)
      return {}
    },
  }
}

function space({ app, user }, key) {
  return JSON.stringify([app, user, key])
}
