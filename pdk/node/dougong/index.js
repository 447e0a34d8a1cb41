/**
 * Dougong's kit for plugins in Node.js.
 *
 *     import { Plugin } from './dougong/index.js' // the first import: from here on, what is printed goes to the log
 *
 *     const plugin = new Plugin('com.acme.hello', '1.0.0')
 *     plugin.provide('com.acme.hello/v1', {
 *       async greet(ctx, args) { return { greeting: `hello, ${args.name}` } },
 *     })
 *     await plugin.run()
 *
 * README.md of the kit is the manual. It knows nothing of any capability, and nothing of the host but what
 * docs/wire-protocol.md says.
 */
import './boot.js' // before anything can print

export { Code, Failure } from './errors.js'
export { typed } from './params.js'
export { decode, encode, MAX_PAYLOAD, Payload } from './payload.js'
export { Plugin, raw } from './plugin.js'
