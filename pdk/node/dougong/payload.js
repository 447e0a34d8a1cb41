/** Payloads: a JSON value and byte attachments, which the JSON refers to as {"$blob": n}. */
import { Code, Failure } from './errors.js'

/** Bytes, JSON and attachments together. */
export const MAX_PAYLOAD = 64 << 20
const MAX_BLOBS = 4096

/** Arguments or a result as they cross the wire, for methods that are registered by raw(). */
export class Payload {
  constructor(json = Buffer.alloc(0), blobs = []) {
    this.json = json
    this.blobs = blobs
  }

  get size() {
    return this.blobs.reduce((sum, blob) => sum + blob.length, this.json.length)
  }
}

const invalid = (message) => new Failure(Code.INVALID_PARAMS, 'invalidParams', message)
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The payload as a JavaScript value; attachments are Buffers. */
export function decode(payload) {
  if (payload.json.length === 0) return null
  const fill = (_, value) => {
    if (!isReference(value)) return value
    const n = value.$blob
    if (!Number.isInteger(n) || n < 0 || n >= payload.blobs.length) {
      throw invalid(`{"$blob": ${JSON.stringify(n)}} has no attachment; there are ${payload.blobs.length}`)
    }
    return payload.blobs[n]
  }
  try {
    const text = utf8.decode(payload.json)
    return JSON.parse(text, text.includes('$blob') ? fill : undefined)
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw invalid(thrown instanceof RangeError ? 'the JSON is nested too deeply' : `not valid JSON: ${thrown.message}`)
  }
}

function isReference(value) {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, '$blob')) return false
  return Object.keys(value).length === 1
}

/** A JavaScript value as a payload; Buffer, Uint8Array and ArrayBuffer become attachments. */
export function encode(value) {
  if (value instanceof Payload) return checked(value)
  const blobs = []
  // JSON.stringify would turn a Buffer into an array of numbers before a replacer sees it.
  const text = JSON.stringify(detach(value, blobs))
  return checked(new Payload(Buffer.from(text ?? ''), blobs))
}

/** The value with its bytes moved to blobs. What holds no bytes stays as it is. */
function detach(value, blobs) {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof ArrayBuffer) value = new Uint8Array(value)
  if (value instanceof Uint8Array) return { $blob: blobs.push(value) - 1 }
  if (ArrayBuffer.isView(value)) throw new TypeError(`${value.constructor.name} is neither JSON nor bytes; pass a Uint8Array`)
  if (Array.isArray(value)) return value.map((part) => detach(part, blobs))
  if (typeof value.toJSON === 'function') return value
  if (isReference(value)) throw new TypeError('an object with the only key "$blob" stands for bytes; pass the bytes themselves')
  const out = {}
  for (const key of Object.keys(value)) {
    const part = detach(value[key], blobs)
    // An own property even if it is called __proto__.
    if (key === '__proto__') Object.defineProperty(out, key, { value: part, enumerable: true, configurable: true, writable: true })
    else out[key] = part
  }
  return out
}

function checked(payload) {
  const tooLarge = (message) => new Failure(Code.TOO_LARGE, 'tooLarge', message)
  if (payload.blobs.length > MAX_BLOBS) {
    throw tooLarge(`${payload.blobs.length} attachments, at most ${MAX_BLOBS} are allowed`)
  }
  if (payload.size > MAX_PAYLOAD) {
    throw tooLarge(`payload of ${payload.size} bytes, at most ${MAX_PAYLOAD} are allowed; send it in parts`)
  }
  return payload
}
