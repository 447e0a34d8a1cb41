/** The gRPC server: PluginService and what go-plugin wants beside it. */
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'
import { handshake } from './boot.js'
import { generate } from './certificate.js'
import { Context } from './context.js'
import { Failure } from './errors.js'
import { BROKER_ID, CallHost, fromMessage, HostConnection, OPTIONS, toError } from './host.js'

const PROTOCOL_VERSION = 1
const STOP_GRACE = 200 // milliseconds for answers that are on their way

const protos = fileURLToPath(new URL('./proto', import.meta.url))
const { dougong, plugin: goplugin, grpc: { health } } = grpc.loadPackageDefinition(
  loader.loadSync(['plugin.proto', 'goplugin.proto', 'health.proto'], { includeDirs: [protos], keepCase: true, longs: String, defaults: true }))

/** Shake hands and serve until the host stops the plugin. */
export async function serve(plugin) {
  const { client, directory } = surroundings()
  const certificate = generate()
  const host = new HostConnection(dougong.plugin.v1.HostService, client, certificate.key, certificate.pem)
  const server = new grpc.Server(OPTIONS)
  const stopped = new Promise((resolve) => register(server, plugin, host, resolve))
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(client),
    [{ private_key: Buffer.from(certificate.key), cert_chain: Buffer.from(certificate.pem) }], true)
  const socket = path.join(directory, 'plugin.sock')
  await new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, credentials, (failure) => (failure ? reject(failure) : resolve()))
  })
  process.on('unhandledRejection', (thrown) => console.error('a promise was rejected and nobody was told:', thrown))
  handshake(`1|${PROTOCOL_VERSION}|unix|${socket}|grpc|${certificate.der.toString('base64').replace(/=+$/, '')}`)
  await stopped
  setTimeout(() => process.exit(0), STOP_GRACE) // a call that heeds nothing must not hold the process up
  await new Promise((resolve) => server.tryShutdown(resolve))
  await host.close()
  process.exit(0)
}

/** The host's certificate and the folder for the socket. */
function surroundings() {
  const { PLUGIN_PROTOCOL_VERSIONS: versions = '', PLUGIN_CLIENT_CERT: client, PLUGIN_UNIX_SOCKET_DIR: directory } = process.env
  if (!versions.split(',').includes(String(PROTOCOL_VERSION))) {
    refuse(`the host speaks version ${versions} of the plugin protocol, this kit ${PROTOCOL_VERSION}: update one of them`)
  }
  if (!client || !directory) refuse('the host has to set PLUGIN_CLIENT_CERT and PLUGIN_UNIX_SOCKET_DIR')
  return { client, directory }
}

function refuse(message) {
  console.error(message)
  process.exit(1)
}

/** Add all services of the socket. stop is called when the host asks the process to end. */
function register(server, plugin, host, stop) {
  const running = new Set()
  server.addService(dougong.plugin.v1.PluginService.service, {
    Describe: unary(async () => {
      await host.connect()
      const capabilities = Object.entries(plugin.describe()).map(([name, methods]) => ({ name, methods }))
      return { id: plugin.id, version: plugin.version, capabilities, features: plugin.features }
    }),
    Configure: unary((rpc) => within(rpc, host, '0', { method: 'configure' }, async (ctx) => {
      await plugin.configure(ctx, rpc.request.config)
      return {}
    })),
    Call: unary(async (rpc) => {
      const { call, info, payload } = rpc.request
      running.add(call)
      try {
        const who = { ...info, task: info.task === '0' ? '' : info.task }
        return await within(rpc, host, call, who, async (ctx) => ({ payload: await plugin.dispatch(ctx, fromMessage(payload)) }))
      } finally {
        running.delete(call)
      }
    }),
    Health: unary(() => ({ running: [...running] })),
    Shutdown: unary(() => failing(async () => {
      await plugin.close()
      return {}
    })),
  })
  server.addService(goplugin.GRPCBroker.service, {
    StartStream(stream) {
      stream.on('data', ({ service_id: id, network, address }) => { if (id === BROKER_ID) host.offer(network, address) })
      stream.on('end', () => stream.end()).on('error', () => {})
    },
  })
  server.addService(goplugin.GRPCController.service, {
    Shutdown(_, answer) {
      answer(null, {})
      stop()
    },
  })
  // What is printed goes to standard error, which the host reads: there is nothing to stream.
  server.addService(goplugin.GRPCStdio.service, { StreamStdio: (stream) => stream.end() })
  server.addService(health.v1.Health.service, {
    Check({ request: { service } }, answer) {
      if (service === '' || service === 'plugin') answer(null, { status: 'SERVING' })
      else answer({ code: grpc.status.NOT_FOUND, details: `no service "${service}" here; the plugin's is "plugin"` })
    },
  })
}

/** A handler of an async function that answers; what it throws is a gRPC failure. */
function unary(function_) {
  return (rpc, answer) => {
    Promise.resolve(rpc).then(function_).then(
      (response) => answer(null, response),
      (thrown) => answer({ code: grpc.status.INTERNAL, details: String(thrown?.message ?? thrown) }))
  }
}

/** Run a function within the context of a call; a Failure becomes part of the answer. */
async function within(rpc, host, call, info, function_) {
  const deadline = rpc.getDeadline()
  const ctx = new Context(info, new CallHost(host, call), deadline instanceof Date ? deadline.getTime() : deadline)
  rpc.on('cancelled', () => ctx.cancel())
  try {
    if (rpc.cancelled) ctx.cancel()
    return await failing(() => function_(ctx))
  } finally {
    ctx.returned()
  }
}

async function failing(function_) {
  try {
    return await function_()
  } catch (thrown) {
    if (thrown instanceof Failure) return { error: toError(thrown) }
    throw thrown
  }
}
