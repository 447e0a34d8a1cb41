/** What a method may return and take: JSON, and bytes wherever there is a value. */
export type Value = unknown
export type Bytes = Uint8Array | ArrayBuffer

export const MAX_PAYLOAD: number

export class Payload {
  constructor(json?: Buffer, blobs?: Uint8Array[])
  json: Buffer
  blobs: Uint8Array[]
  readonly size: number
}
export function decode(payload: Payload): any
export function encode(value: Value): Payload

export const Code: Readonly<Record<
  'INTERNAL' | 'INVALID_PARAMS' | 'INVALID_RESULT' | 'UNSUPPORTED' | 'DENIED' | 'DOMAIN' | 'QUOTA' | 'TIMEOUT' | 'CANCELED' |
  'UNAVAILABLE' | 'TOO_LARGE' | 'VETOED' | 'TRACE' | 'NOT_FOUND' | 'BUSY' | 'CORRUPT' | 'CONFIG', number>>

export class Failure extends Error {
  constructor(code: number, label: string, message: string, data?: unknown)
  code: number
  label: string
  data?: any
}

export interface Response {
  status: number
  headers: Record<string, string[]>
  body: Buffer
  header(name: string): string
}
export interface RequestOptions {
  headers?: Record<string, string | string[]>
  body?: Bytes | string
  timeout?: number
}

export interface KV {
  get(key: string): Promise<Buffer | null>
  set(key: string, value: Bytes | string): Promise<void>
  delete(key: string): Promise<void>
  list(prefix?: string): Promise<string[]>
}
export interface HTTP {
  get(url: string, options?: RequestOptions): Promise<Response>
  post(url: string, body: Bytes | string, options?: RequestOptions): Promise<Response>
  request(method: string, url: string, options?: RequestOptions): Promise<Response>
}

export interface Context {
  readonly capability: string
  readonly method: string
  readonly app: string
  readonly user: string
  readonly page: string
  readonly trace: string
  readonly caller: string
  /** The task's number in digits; '' if there is none. */
  readonly task: string
  /** Milliseconds of Date.now(); Infinity if there is none. */
  readonly deadline: number
  readonly signal: AbortSignal
  readonly kv: KV
  readonly http: HTTP
  check(): void
  sleep(milliseconds: number): Promise<void>
  confirm(title: string, content: string, ...buttons: string[]): Promise<number>
  language(): Promise<string>
  secret(name: string): Promise<string>
  dataKey(size?: 16 | 32): Promise<Buffer>
  anchor(at?: number): Promise<number>
  checkDomain(list: 'request' | 'uploadFile' | 'downloadFile' | 'socket', url: string): Promise<void>
  after(milliseconds: number, method: string, data?: Value): Promise<void>
  service(name: string, args: Value): Promise<any>
  emit(event: string, data?: Value): Promise<void>
  end(event: string, data?: Value): Promise<void>
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): Promise<void>
}

export type Method = (ctx: Context, args: any) => Value | Promise<Value>
export function raw(method: (ctx: Context, payload: Payload) => Value | Promise<Value>): Method

export type Kind = 'string' | 'boolean' | 'integer' | 'number' | 'bytes' | 'array' | 'object'
/** A question mark at the end of a name says that the argument may be missing. */
export function typed(types: Record<string, Kind>, method: Method): Method

export class Plugin {
  constructor(id: string, version: string)
  readonly id: string
  readonly version: string
  features: string[]
  readonly dataDir: string | undefined
  provide(capability: string, methods: Record<string, Method>): this
  onConfigure(hook: (ctx: Context, config: any) => void | Promise<void>): this
  onClose(hook: () => void | Promise<void>): this
  run(): Promise<void>
}
