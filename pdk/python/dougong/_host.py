"""HostService, as the plugin calls it."""
from __future__ import annotations

import sys
import threading

import grpc

from . import _messages as pb
from ._errors import Code, Error, parse_data
from ._payload import Payload

BROKER_ID = 1
MESSAGE_SIZE = 65 << 20
OPTIONS = [("grpc.max_receive_message_length", MESSAGE_SIZE), ("grpc.max_send_message_length", MESSAGE_SIZE)]

_PATIENCE = 10.0  # seconds for the host to offer its services
_LOG_TIMEOUT = 5.0  # seconds that a line of log may hold up the plugin
_LEVELS = {"debug": 1, "info": 2, "warn": 3, "error": 4}


class HostConnection:
    """The connection to the host's services, made at the first use."""

    def __init__(self, root: bytes, key: bytes, certificate: bytes):
        self._credentials = grpc.ssl_channel_credentials(root, key, certificate)
        self._offered = threading.Event()
        self._address = ""
        self._lock = threading.Lock()
        self._channel: grpc.Channel | None = None

    def offer(self, network: str, address: str) -> None:
        """The host says where it serves."""
        if network == "unix":
            self._address = address
            self._offered.set()

    def connect(self) -> None:
        """Connect, unless that is done."""
        if not self._offered.wait(_PATIENCE):
            raise Error(Code.UNAVAILABLE, "unavailable", "the host's services cannot be reached: it has not offered them")
        with self._lock:
            if self._channel is not None:
                return
            # The host's certificate is for localhost, whatever the socket's name.
            self._channel = grpc.secure_channel("unix:" + self._address, self._credentials, OPTIONS + [
                ("grpc.ssl_target_name_override", "localhost"), ("grpc.default_authority", "localhost")])
            self._service = self._stub("Service", pb.ServiceResponse)
            self._emit = self._stub("Emit", pb.EmitResponse)
            self._log = self._stub("Log", pb.LogResponse)

    def _stub(self, method: str, response):
        return self._channel.unary_unary("/dougong.plugin.v1.HostService/" + method,
                                         request_serializer=lambda message: message.SerializeToString(),
                                         response_deserializer=response.FromString)

    def service(self, request, timeout: float | None):
        self.connect()
        return self._service(request, timeout=timeout)

    def emit(self, request):
        self.connect()
        return self._emit(request)

    def log(self, request):
        self.connect()
        return self._log(request, timeout=_LOG_TIMEOUT)

    def close(self) -> None:
        with self._lock:
            if self._channel is not None:
                self._channel.close()


class CallHost:
    """The host's services on behalf of one call."""

    def __init__(self, connection: HostConnection, call: int):
        self._connection, self._call = connection, call

    def service(self, name: str, payload: Payload, timeout: float | None) -> Payload:
        try:
            out = self._connection.service(
                pb.ServiceRequest(call=self._call, name=name, payload=to_message(payload)), timeout)
        except grpc.RpcError as failure:
            raise rpc_error(name, failure) from None
        raise_error(out)
        return from_message(out.payload)

    def emit(self, event: str, payload: Payload, final: bool) -> None:
        try:
            out = self._connection.emit(
                pb.EmitRequest(call=self._call, event=event, payload=to_message(payload), final=final))
        except grpc.RpcError as failure:
            raise rpc_error("emit " + event, failure) from None
        raise_error(out)

    def log(self, level: str, message: str, fields: dict[str, str]) -> None:
        """What the host cannot take goes to standard error, which it reads too."""
        clean = {valid(key): valid(value) for key, value in fields.items()}
        try:
            self._connection.log(pb.LogRequest(level=_LEVELS.get(level, 2), message=valid(message), fields=clean))
        except (grpc.RpcError, Error):
            print(level, valid(message), clean or "", file=sys.stderr, flush=True)


def to_message(payload: Payload):
    """The payload as it crosses the wire."""
    return pb.Payload(json=payload.json, blobs=payload.blobs)


def from_message(message) -> Payload:
    """The payload that has crossed the wire."""
    return Payload(message.json, list(message.blobs))


def error_message(failure: Error):
    """The failure as it crosses the wire."""
    code = failure.code if -(2**31) <= failure.code < 2**31 and failure.code else int(Code.INTERNAL)
    return pb.Error(code=code, name=valid(failure.name), message=valid(failure.message), data=failure.data_bytes())


def raise_error(response) -> None:
    """Raise the failure in a response, if there is one."""
    if not response.HasField("error"):
        return
    error = response.error
    raise Error(error.code, error.name, error.message, parse_data(error.data))


def valid(text: str) -> str:
    """Text that UTF-8 can carry."""
    return str(text).encode("utf-8", "replace").decode()


_STATUS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: (Code.TIMEOUT, "timeout", "the call's deadline passed"),
    grpc.StatusCode.CANCELLED: (Code.CANCELED, "canceled", "the caller gave up"),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (Code.TOO_LARGE, "tooLarge", ""),
    grpc.StatusCode.UNAVAILABLE: (Code.UNAVAILABLE, "unavailable", "the host is gone"),
}


def rpc_error(what: str, failure: grpc.RpcError) -> Error:
    """A gRPC failure as one of ours."""
    code, name, text = _STATUS.get(failure.code(), (Code.INTERNAL, "internal", ""))
    return Error(code, name, f"{what}: {text or failure.details()}")
