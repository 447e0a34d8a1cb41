"""The gRPC server: PluginService and what go-plugin wants beside it."""
from __future__ import annotations

import base64
import os
import sys
import threading
import time
from concurrent import futures

import grpc

from . import _boot, _certificate
from . import _messages as pb
from ._context import Context, Info
from ._errors import Error
from ._host import OPTIONS, CallHost, HostConnection, error_message, from_message, to_message
from ._plugin import Plugin
from ._running import Running

try:
    from . import _fast
except ImportError:  # without dougong_frames.py there is gRPC
    _fast = None

PROTOCOL_VERSION = 1

# More calls than plugin.yaml may allow at a time, and room for the host's own questions. Threads are made as needed.
_THREADS = 1024 + 32

_STOP_GRACE = 0.2  # seconds for answers that are on their way


def serve(plugin: Plugin) -> None:
    """Shake hands and serve until the host stops the plugin."""
    if plugin.children:
        _boot.outlive_host()
    client, directory = _surroundings()
    certificate, key = _certificate.generate()
    certificate_pem = _certificate.pem("CERTIFICATE", certificate)
    host = HostConnection(client, key, certificate_pem)
    done = threading.Event()
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS, "call"), options=OPTIONS)
    server.add_generic_rpc_handlers(handlers(plugin, host, done))
    path = os.path.join(directory, "plugin.sock")
    credentials = grpc.ssl_server_credentials([(key, certificate_pem)], client, require_client_auth=True)
    if not server.add_secure_port("unix:" + path, credentials):
        sys.exit(f"cannot listen on {path}")
    server.start()
    encoded = base64.b64encode(certificate).decode().rstrip("=")
    _boot.handshake(f"1|{PROTOCOL_VERSION}|unix|{path}|grpc|{encoded}")
    done.wait()
    server.stop(_STOP_GRACE).wait()
    host.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a call that heeds nothing must not hold the process up


def _surroundings() -> tuple[bytes, str]:
    """The host's certificate and the folder for the socket."""
    versions = os.environ.get("PLUGIN_PROTOCOL_VERSIONS", "").split(",")
    if str(PROTOCOL_VERSION) not in versions:
        sys.exit(f"the host speaks version {','.join(versions)} of the plugin protocol, this kit {PROTOCOL_VERSION}: update one of them")
    client, directory = os.environ.get("PLUGIN_CLIENT_CERT"), os.environ.get("PLUGIN_UNIX_SOCKET_DIR")
    if not client or not directory:
        sys.exit("the host has to set PLUGIN_CLIENT_CERT and PLUGIN_UNIX_SOCKET_DIR")
    return client.encode(), directory


class PluginService:
    """dougong.plugin.v1.PluginService on top of a Plugin."""

    def __init__(self, plugin: Plugin, host: HostConnection):
        self._plugin, self._host, self._running = plugin, host, Running()
        self._features = list(plugin.features)
        if _fast is not None:
            fast = _fast.FastPath(plugin, self._running, _THREADS)
            if fast.offered:
                self._features.append(_fast.FEATURE)
                fast.serve()

    def describe(self, _, __):
        self._host.connect()
        capabilities = [pb.Capability(name=name, methods=methods) for name, methods in self._plugin.describe().items()]
        return pb.DescribeResponse(id=self._plugin.id, version=self._plugin.version, capabilities=capabilities,
                                   features=self._features)

    def configure(self, request, rpc):
        ctx = self._context(Info(method="configure"), 0, rpc)
        try:
            self._plugin.configure(ctx, request.config)
        except Error as failure:
            return pb.ConfigureResponse(error=error_message(failure))
        return pb.ConfigureResponse()

    def call(self, request, rpc):
        with self._running.during(request.call):
            return self._call(request, rpc)

    def _call(self, request, rpc):
        i = request.info
        info = Info(i.capability, i.method, i.app, i.user, i.page, i.trace, i.caller, i.task)
        ctx = self._context(info, request.call, rpc)
        try:
            ctx.check()  # the host does not look after a call that begins when it has given it up
            out = self._plugin.dispatch(ctx, from_message(request.payload))
        except Error as failure:
            return pb.CallResponse(error=error_message(failure))
        finally:
            ctx.returned()
        return pb.CallResponse(payload=to_message(out))

    def _context(self, info: Info, call: int, rpc) -> Context:
        left = rpc.time_remaining()
        ctx = Context(info, CallHost(self._host, call), None if left is None else time.monotonic() + left)
        if not rpc.add_callback(ctx.cancel):
            ctx.cancel()
        return ctx

    def health(self, _, __):
        return pb.HealthResponse(running=self._running.numbers())

    def shutdown(self, _, __):
        try:
            self._plugin.close()
        except Error as failure:
            return pb.ShutdownResponse(error=error_message(failure))
        return pb.ShutdownResponse()


def handlers(plugin: Plugin, host: HostConnection, done: threading.Event) -> list:
    """All services of the socket."""
    service = PluginService(plugin, host)

    def broker(requests, _):
        for offer in requests:
            if offer.service_id == 1:
                host.offer(offer.network, offer.address)
        return
        yield  # makes this a stream of answers, of which there are none

    def stdio(_, __):
        return iter(())  # what is printed goes to standard error, which the host reads

    def stop(_, __):
        done.set()
        return pb.ControllerEmpty()

    def check(request, rpc):
        if request.service not in ("", "plugin"):
            rpc.abort(grpc.StatusCode.NOT_FOUND, f"no service {request.service!r} here; the plugin's is \"plugin\"")
        return pb.HealthCheckResponse(status=1)  # SERVING

    return [
        _service("dougong.plugin.v1.PluginService", {
            "Describe": _unary(service.describe, pb.DescribeRequest),
            "Configure": _unary(service.configure, pb.ConfigureRequest),
            "Call": _unary(service.call, pb.CallRequest),
            "Health": _unary(service.health, pb.HealthRequest),
            "Shutdown": _unary(service.shutdown, pb.ShutdownRequest),
        }),
        _service("plugin.GRPCBroker", {"StartStream": grpc.stream_stream_rpc_method_handler(
            broker, pb.ConnInfo.FromString, _serialize)}),
        _service("plugin.GRPCController", {"Shutdown": _unary(stop, pb.ControllerEmpty)}),
        _service("plugin.GRPCStdio", {"StreamStdio": grpc.unary_stream_rpc_method_handler(
            stdio, pb.Empty.FromString, _serialize)}),
        _service("grpc.health.v1.Health", {"Check": _unary(check, pb.HealthCheckRequest)}),
    ]


def _service(name: str, methods: dict):
    return grpc.method_handlers_generic_handler(name, methods)


def _unary(function, request):
    return grpc.unary_unary_rpc_method_handler(function, request.FromString, _serialize)


def _serialize(message) -> bytes:
    return message.SerializeToString()
