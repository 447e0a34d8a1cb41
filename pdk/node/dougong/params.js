/** The types of a method's arguments, for methods that say them. */
import { Code, Failure } from './errors.js'

const FITS = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  bytes: (value) => value instanceof Uint8Array,
  array: Array.isArray,
  object: (value) => nameOf(value) === 'object',
}

/**
 * A method that is called only with arguments of these types, {text: 'string', 'data?': 'bytes'}; a question mark says that one
 * may be missing. Others are refused (INVALID_PARAMS).
 */
export function typed(types, method) {
  for (const [key, kind] of Object.entries(types)) {
    if (!Object.hasOwn(FITS, kind)) throw new TypeError(`${key}: a type is one of ${Object.keys(FITS).join(', ')}, not ${kind}`)
  }
  return (ctx, args) => {
    fit(args, types)
    return method(ctx, args)
  }
}

function fit(args, types) {
  if (!FITS.object(args)) throw invalid(`the argument: expected object, found ${nameOf(args)}`)
  for (const [key, kind] of Object.entries(types)) {
    const name = key.replace(/\?$/, '')
    const value = Object.hasOwn(args, name) ? args[name] : undefined
    if ((value ?? null) === null && key !== name) continue
    if (!FITS[kind](value)) throw invalid(`${name}: expected ${kind}, found ${nameOf(value)}`)
  }
}

function invalid(message) {
  return new Failure(Code.INVALID_PARAMS, 'invalidParams', message)
}

function nameOf(value) {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return value instanceof Uint8Array ? 'bytes' : typeof value
}
