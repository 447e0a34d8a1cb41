/** The plugin as its author describes it, and how a call finds its method. */
import process from 'node:process'
import { DATA_DIR_KEY, startedByHost } from './boot.js'
import { Code, Failure, reported } from './errors.js'
import { decode, encode } from './payload.js'

const rawMethods = new WeakSet()

/** Marks a method that takes the Payload as it came, and may return one. */
export function raw(method) {
  const marked = (ctx, payload) => method(ctx, payload)
  rawMethods.add(marked)
  return marked
}

/** Identity, methods by capability, and hooks. Calls run side by side, as promises do. */
export class Plugin {
  #methods = new Map()
  #configure
  #close

  /** id and version are those of plugin.yaml. */
  constructor(id, version) {
    this.id = id
    this.version = version
    this.features = [] // protocol options, such as 'frames/1'
  }

  /**
   * Add the methods of a capability: functions (ctx, args), async or not, by the contract's names ('method.taskMethod' for
   * a method of a running task). args is an object, empty if the call has no arguments.
   */
  provide(capability, methods) {
    const known = this.#methods.get(capability) ?? new Map()
    for (const [name, method] of Object.entries(methods)) {
      if (typeof method !== 'function') throw new TypeError(`${capability}: ${name} is not a function`)
      if (known.has(name)) throw new TypeError(`${capability} has two methods ${name}`)
      known.set(name, method)
    }
    this.#methods.set(capability, known)
    return this
  }

  /** The hook (ctx, config) runs before the first call and on each change. A failure refuses the configuration. */
  onConfigure(hook) {
    this.#configure = hook
    return this
  }

  /** The hook runs once when the host stops the plugin. */
  onClose(hook) {
    this.#close = hook
    return this
  }

  /** The private folder, if plugin.yaml says requires: {files: true}. */
  get dataDir() {
    return process.env[DATA_DIR_KEY]
  }

  /** Serve until the host stops the plugin or is gone. Started by hand, say what the program is and exit with 1. */
  async run() {
    if (!startedByHost()) {
      console.error(`this is the Dougong plugin ${this.id} ${this.version}. It is started by a host: ` +
        'put its folder on the list of plugins in superapp.yaml')
      process.exit(1)
    }
    const { serve } = await import('./server.js') // gRPC is loaded only where it is needed
    await serve(this)
  }

  /** For transports: the methods of each capability, in order. */
  describe() {
    return Object.fromEntries([...this.#methods].sort().map(([name, methods]) => [name, [...methods.keys()].sort()]))
  }

  /** For transports: carry out a call. Every failure is a Failure. */
  async dispatch(ctx, payload) {
    try {
      ctx.check()
      const method = this.#find(ctx)
      if (rawMethods.has(method)) return encode(await method(ctx, payload))
      return encode(await method(ctx, decode(payload) ?? {}))
    } catch (thrown) {
      throw reported(thrown)
    }
  }

  #find(ctx) {
    const methods = this.#methods.get(ctx.capability) ?? new Map()
    const method = methods.get(ctx.method)
    if (method) return method
    const known = [...methods.keys()].sort().join(', ') || 'none'
    throw new Failure(Code.UNSUPPORTED, 'unsupported',
      `plugin "${this.id}" has no method "${ctx.method}" in ${ctx.capability}; it has ${known}`)
  }

  /** For transports: hand over the configuration, a Buffer of JSON. */
  async configure(ctx, config) {
    if (!this.#configure) return
    try {
      await this.#configure(ctx, config.length ? JSON.parse(config.toString()) : null)
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown
      throw new Failure(Code.CONFIG, 'config', reported(thrown).message)
    }
  }

  /** For transports: run the close hook. */
  async close() {
    try {
      await this.#close?.()
    } catch (thrown) {
      throw reported(thrown)
    }
  }
}
