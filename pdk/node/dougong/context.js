/** What a method sees of its call: who calls, until when, and the host's services. */
import { setTimeout as delay } from 'node:timers/promises'
import { Code, Failure } from './errors.js'
import { decode, encode } from './payload.js'

/**
 * One call. Its services may be used until it has returned; emit and end also later, if its task goes on.
 *
 * host carries the services: service(name, payload, deadline), emit(event, payload, final), log(level, message, fields).
 */
export class Context {
  #host
  #ending = new AbortController()
  #timer
  #returned = false
  #emitted = Promise.resolve()

  /** deadline is in milliseconds of Date.now(); Infinity if there is none. */
  constructor(info, host, deadline = Infinity) {
    const { capability = '', method = '', app = '', user = '', page = '', trace = '', caller = '', task = '' } = info
    Object.assign(this, { capability, method, app, user, page, trace, caller, task, deadline })
    this.#host = host
    this.kv = new KV(this)
    this.http = new HTTP(this)
    // Aborted when the deadline passes or the caller gives up; its reason is a Failure.
    this.signal = this.#ending.signal
    if (deadline !== Infinity) {
      this.#timer = setTimeout(() => this.#end(true), Math.min(Math.max(0, deadline - Date.now()), 2 ** 31 - 1))
      this.#timer.unref()
    }
  }

  /** Throws (TIMEOUT or CANCELED) if the call is over. Put it into loops. */
  check() {
    if (!this.#returned && Date.now() >= this.deadline) this.#end(true)
    this.signal.throwIfAborted()
  }

  /** Wait, but not beyond the end of the call: rejects as check throws. */
  async sleep(milliseconds) {
    this.check()
    try {
      await delay(milliseconds, undefined, { signal: this.signal })
    } catch (thrown) {
      throw this.signal.aborted ? this.signal.reason : thrown
    }
  }

  /** Ask the user; the number of the button chosen, -1 if the dialog was dismissed. Needs requires: {confirm: true}. */
  async confirm(title, content, ...buttons) {
    const { button = -1 } = await this.service('ui.confirm', { title, content, buttons })
    if (!Number.isInteger(button) || button < -1 || button >= buttons.length) {
      throw new Failure(Code.INVALID_RESULT, 'invalidResult', `ui.confirm answered button ${button} of ${buttons.length}`)
    }
    return button
  }

  /** The language that the user reads, such as "zh-CN" or "en"; "" if the host does not say, or without requires: {confirm: true}. */
  async language() {
    try {
      return (await this.service('ui.language', {})).language ?? ''
    } catch (err) {
      if (err.code === Code.UNSUPPORTED || err.code === Code.DENIED) return '' // a host from before this service; not granted
      throw err
    }
  }

  /** A secret that the operator has set. Needs requires: {secrets: [name]}. */
  async secret(name) {
    return (await this.service('secret.get', { name })).value ?? ''
  }

  /** A key of 16 or 32 bytes of this plugin, app and user, the same ever after. Needs requires: {keys: true}. */
  async dataKey(size = 32) {
    const { key } = await this.service('key.data', { size })
    if (!(key instanceof Uint8Array) || key.length !== size) {
      throw new Failure(Code.INVALID_RESULT, 'invalidResult', `key.data did not answer ${size} bytes`)
    }
    return key
  }

  /** Raise the counter of this plugin, app and user to at, and tell what it was. Needs requires: {keys: true}. */
  async anchor(at = 0) {
    return (await this.service('key.anchor', { at })).was ?? 0
  }

  /** Rejects (DOMAIN) unless the app may reach url by 'request', 'uploadFile', 'downloadFile' or 'socket'. */
  async checkDomain(list, url) {
    await this.service('domain.check', { list, url })
  }

  /** Have the host call a method of this plugin once, later, for the same app and user. */
  async after(milliseconds, method, data = null) {
    await this.service('timer.after', { delay_ms: Math.max(0, Math.round(milliseconds)), method, data })
  }

  /** Any host service by its name, with the arguments that docs/wire-protocol.md gives. */
  async service(name, args) {
    this.check()
    const deadline = this.#returned ? Infinity : this.deadline
    return decode(await this.#host.service(name, encode(args), deadline)) ?? {}
  }

  /** Send an event of the call's task, or of the capability if there is no task. Events arrive in order. */
  emit(event, data = null) {
    return this.#send(event, data, false)
  }

  /** Send the task's last event. */
  end(event, data = null) {
    return this.#send(event, data, true)
  }

  #send(event, data, final) {
    const payload = encode(data)
    const sent = this.#emitted.then(() => this.#host.emit(event, payload, final))
    this.#emitted = sent.catch(() => {}) // its caller is told; the next event goes out all the same
    return sent
  }

  /** Write to the host's log; level is 'debug', 'info', 'warn' or 'error'. Never rejects. */
  async log(level, message, fields = {}) {
    const text = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))
    await this.#host.log(level, String(message), text)
  }

  /** For the transport: the call is over before it has returned. */
  cancel() {
    this.#end(Date.now() >= this.deadline)
  }

  #end(late) {
    this.#ending.abort(late
      ? new Failure(Code.TIMEOUT, 'timeout', `${this.method}: the call's deadline passed`)
      : new Failure(Code.CANCELED, 'canceled', `${this.method}: the caller gave up`))
  }

  /** For the transport: the method has returned; its end is no longer that of its task. */
  returned() {
    this.#returned = true
    clearTimeout(this.#timer)
  }
}

/** The host's key-value store, kept apart by plugin, app and user. Needs requires: {kv: true}. */
export class KV {
  #ctx

  constructor(ctx) {
    this.#ctx = ctx
  }

  /** The value of key (a Buffer), or null. */
  async get(key) {
    const { found, value } = await this.#ctx.service('kv.get', { key })
    return found ? value ?? Buffer.alloc(0) : null
  }

  /** Store value, a Uint8Array or a string, under key. */
  async set(key, value) {
    await this.#ctx.service('kv.set', { key, value: typeof value === 'string' ? Buffer.from(value) : value })
  }

  /** Remove key, if it is there. */
  async delete(key) {
    await this.#ctx.service('kv.delete', { key })
  }

  /** All keys that begin with prefix, in byte order. */
  async list(prefix = '') {
    const keys = []
    for (;;) {
      const query = keys.length ? { prefix, after: keys.at(-1) } : { prefix }
      const { keys: page, more } = await this.#ctx.service('kv.list', query)
      for (const key of page ?? []) keys.push(key)
      if (!more || !page?.length) return keys
    }
  }
}

/** The host's network provider. Needs requires: {http: [host, …]}. */
export class HTTP {
  #ctx

  constructor(ctx) {
    this.#ctx = ctx
  }

  /** request('GET', url, options). */
  get(url, options) {
    return this.request('GET', url, options)
  }

  /** request('POST', url, {body, …}). */
  post(url, body, options) {
    return this.request('POST', url, { ...options, body })
  }

  /**
   * Carry out a request; timeout (milliseconds) bounds it within the call's deadline. A status of 400 or more is an answer,
   * {status, headers, body, header(name)}, and no failure.
   */
  async request(method, url, { headers, body, timeout } = {}) {
    const query = { method, url }
    if (headers) query.headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]))
    if (body !== undefined) query.body = typeof body === 'string' ? Buffer.from(body) : body
    if (timeout !== undefined) query.timeout_ms = Math.max(1, Math.round(timeout))
    const { status = 0, headers: fields, body: bytes } = await this.#ctx.service('http.request', query)
    const header = (name) => {
      const found = Object.entries(fields ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())
      return found?.[1]?.[0] ?? ''
    }
    return { status, headers: fields ?? {}, body: bytes ?? Buffer.alloc(0), header }
  }
}
