"""The fast path, frames/1, if the host offers it and dougong_frames.py is beside the kit: calls come by it, and not by gRPC."""
from __future__ import annotations

import threading

import dougong_frames

from ._context import Context, Info
from ._errors import Error, parse_data
from ._host import valid
from ._payload import Payload
from ._plugin import Plugin
from ._running import Running

FEATURE = dougong_frames.FEATURE


class FastPath:
    """Where the host is waited for."""

    def __init__(self, plugin: Plugin, running: Running, threads: int):
        self._plugin, self._running, self._threads = plugin, running, threads
        self._listener = dougong_frames.offered()
        self._connection: dougong_frames.Plugin | None = None
        self.offered = self._listener is not None

    def serve(self) -> None:
        """Serve calls until the connection ends, in a thread of its own."""
        threading.Thread(target=self._listener.serve, args=(self._handle, self._connected, self._threads),
                         name="frames", daemon=True).start()

    def _connected(self, connection: dougong_frames.Plugin) -> None:
        self._connection = connection

    def _handle(self, call: dougong_frames.Call):
        info = Info(call.capability, call.method, call.app, call.user, call.page, call.trace, call.caller, call.task)
        ctx = Context(info, _CallHost(call, self._connection), call.deadline, call.canceled)
        with self._running.during(call.number):
            try:
                ctx.check()
                out = self._plugin.dispatch(ctx, Payload(call.json, call.blobs))
            except Error as failure:
                raise dougong_frames.Error(failure.code, valid(failure.name), valid(failure.message), failure.data_bytes()) from None
            finally:
                ctx.returned()
                call.deadline = None  # its task may go on
        return out.json, out.blobs


class _CallHost:
    """The host's services on behalf of one call."""

    def __init__(self, call: dougong_frames.Call, connection: dougong_frames.Plugin):
        self._call, self._connection = call, connection

    def service(self, name: str, payload: Payload, timeout: float | None) -> Payload:
        try:
            return Payload(*self._call.service(name, payload.json, payload.blobs))
        except dougong_frames.Error as failure:
            raise _failure(failure) from None

    def emit(self, event: str, payload: Payload, final: bool) -> None:
        try:
            self._call.emit(event, payload.json, payload.blobs, final)
        except dougong_frames.Error as failure:
            raise _failure(failure) from None

    def log(self, level: str, message: str, fields: dict[str, str]) -> None:
        try:
            self._connection.log(level, message, fields)
        except dougong_frames.Error:
            print(level, message, fields or "", flush=True)


def _failure(failure: dougong_frames.Error) -> Error:
    return Error(failure.code, failure.name, failure.message, parse_data(failure.data))
