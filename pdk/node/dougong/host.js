/** HostService, as the plugin calls it. */
import grpc from '@grpc/grpc-js'
import { Code, Failure } from './errors.js'
import { Payload } from './payload.js'

export const BROKER_ID = 1
export const OPTIONS = { 'grpc.max_receive_message_length': 65 << 20, 'grpc.max_send_message_length': 65 << 20 }

const PATIENCE = 10_000 // milliseconds for the host to offer its services
const LOG_TIMEOUT = 5_000
const LEVELS = { debug: 1, info: 2, warn: 3, error: 4 }

/** The connection to the host's services, made when the host offers them. */
export class HostConnection {
  #offer
  #client
  #late

  /** Service is the client class of HostService; root, key and certificate are for TLS. */
  constructor(Service, root, key, certificate) {
    const offered = new Promise((resolve) => { this.#offer = resolve })
    // The host's certificate is for localhost, whatever the socket's name.
    const names = { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' }
    const connect = (address) => new Service(`unix:${address}`,
      grpc.credentials.createSsl(Buffer.from(root), Buffer.from(key), Buffer.from(certificate)), { ...OPTIONS, ...names })
    const tooLate = new Promise((_, reject) => {
      this.#late = setTimeout(() => reject(new Failure(Code.UNAVAILABLE, 'unavailable',
        "the host's services cannot be reached: it has not offered them")), PATIENCE)
      this.#late.unref()
    })
    this.#client = Promise.race([offered.then(connect), tooLate])
    this.#client.catch(() => {}) // told to whoever asks
  }

  /** The host says where it serves. */
  offer(network, address) {
    if (network !== 'unix') return
    clearTimeout(this.#late)
    this.#offer(address)
  }

  /** Resolves when the host can be called. */
  async connect() {
    await this.#client
  }

  /** One call of HostService. */
  async call(method, request, deadline = Infinity) {
    const client = await this.#client
    return new Promise((resolve, reject) => {
      client[method](request, { deadline }, (failure, response) => {
        if (failure) reject(rpcFailure(request.name ?? `${method} ${request.event ?? ''}`.trim(), failure))
        else if (response.error) reject(fromError(response.error))
        else resolve(response)
      })
    })
  }

  async close() {
    (await this.#client.catch(() => null))?.close()
  }
}

/** The host's services on behalf of one call. */
export class CallHost {
  #connection
  #call

  constructor(connection, call) {
    this.#connection = connection
    this.#call = call
  }

  async service(name, payload, deadline) {
    const out = await this.#connection.call('Service', { call: this.#call, name, payload }, deadline)
    return fromMessage(out.payload)
  }

  async emit(event, payload, final) {
    await this.#connection.call('Emit', { call: this.#call, event, payload, final })
  }

  /** What the host cannot take goes to standard error, which it reads too. */
  async log(level, message, fields) {
    try {
      await this.#connection.call('Log', { level: LEVELS[level] ?? LEVELS.info, message, fields }, Date.now() + LOG_TIMEOUT)
    } catch {
      console.error(level, message, fields)
    }
  }
}

/** The payload that has crossed the wire. */
export function fromMessage(message) {
  return message ? new Payload(message.json, message.blobs) : new Payload()
}

/** The failure as it crosses the wire. */
export function toError(failure) {
  const code = Number.isInteger(failure.code) && failure.code === (failure.code | 0) && failure.code !== 0 ? failure.code : Code.INTERNAL
  return {
    code,
    name: String(failure.label ?? ''),
    message: failure.message,
    data: failure.data === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(failure.data) ?? ''),
  }
}

function fromError({ code, name, message, data }) {
  let detail
  try {
    detail = data.length ? JSON.parse(data.toString()) : undefined
  } catch {
    detail = undefined // not the JSON that it should be
  }
  return new Failure(code, name, message, detail)
}

const STATUS = new Map([
  [grpc.status.DEADLINE_EXCEEDED, [Code.TIMEOUT, 'timeout', "the call's deadline passed"]],
  [grpc.status.CANCELLED, [Code.CANCELED, 'canceled', 'the caller gave up']],
  [grpc.status.RESOURCE_EXHAUSTED, [Code.TOO_LARGE, 'tooLarge', '']],
  [grpc.status.UNAVAILABLE, [Code.UNAVAILABLE, 'unavailable', 'the host is gone']],
])

function rpcFailure(what, failure) {
  const [code, label, text] = STATUS.get(failure.code) ?? [Code.INTERNAL, 'internal', '']
  return new Failure(code, label, `${what}: ${text || failure.details}`)
}
