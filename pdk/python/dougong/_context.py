"""What a method sees of its call: who calls, until when, and the host's services."""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Protocol

from . import _payload
from ._errors import Code, Error


@dataclass(frozen=True)
class Info:
    """Who makes a call. The host fills it in; it cannot be forged."""

    capability: str = ""  # "dougong.storage/v1"
    method: str = ""  # "setStorage"; "connectSocket.send" for a method of a running task
    app: str = ""  # the mini-program; empty for calls by the host itself
    user: str = ""
    page: str = ""
    trace: str = ""  # 32 hex digits
    caller: str = ""  # empty for a mini-program; the plugin's id for a call by a plugin
    task: int = 0  # the task that the call starts or belongs to; 0 if none


class Host(Protocol):
    """The host's services as a transport carries them, on behalf of one call."""

    def service(self, name: str, payload: _payload.Payload, timeout: float | None) -> _payload.Payload: ...

    def emit(self, event: str, payload: _payload.Payload, final: bool) -> None: ...

    def log(self, level: str, message: str, fields: dict[str, str]) -> None: ...


@dataclass(frozen=True)
class Response:
    """The answer to an HTTP request. A status of 400 or more is no error."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, whatever the case of its name, or ""."""
        for key, values in self.headers.items():
            if key.lower() == name.lower() and values:
                return values[0]
        return ""


class Context:
    """One call. Its services may be used from any thread; emit and end also after the method has returned, if the task goes on."""

    def __init__(self, info: Info, host: Host, deadline: float | None = None,
                 over: threading.Event | None = None):
        """deadline is by time.monotonic(); over is set when the caller gives up."""
        self.info = info
        self.kv = KV(self)
        self.http = HTTP(self)
        self._host = host
        self._deadline = deadline
        self._over = over or threading.Event()
        self._returned = False

    capability = property(lambda self: self.info.capability)
    method = property(lambda self: self.info.method)
    app = property(lambda self: self.info.app)
    user = property(lambda self: self.info.user)
    page = property(lambda self: self.info.page)
    trace = property(lambda self: self.info.trace)
    caller = property(lambda self: self.info.caller)
    task = property(lambda self: self.info.task)

    # Deadline and cancellation

    def remaining(self) -> float | None:
        """Seconds until the deadline, at least 0; None if there is none, or if the method has returned and its task goes on."""
        if self._deadline is None or self._returned:
            return None
        return max(0.0, self._deadline - time.monotonic())

    def over(self) -> bool:
        """Whether the deadline has passed or the caller has given up: stop working then."""
        return not self._returned and (self._over.is_set() or self.remaining() == 0)

    def check(self) -> None:
        """Raise Error (TIMEOUT or CANCELED) if the call is over. Put it into loops."""
        if not self.over():
            return
        if self.remaining() == 0:
            raise Error(Code.TIMEOUT, "timeout", f"{self.method}: the call's deadline passed")
        raise Error(Code.CANCELED, "canceled", f"{self.method}: the caller gave up")

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end of the call: raises as check does."""
        self.check()
        left = self.remaining()
        if self._over.wait(seconds if left is None else min(seconds, left)) or left is not None and seconds >= left:
            self.check()

    # Services

    def confirm(self, title: str, content: str, *buttons: str) -> int:
        """Ask the user; the number of the button chosen, -1 if the dialog was dismissed. Needs requires: {confirm: true}."""
        out = self.service("ui.confirm", {"title": title, "content": content, "buttons": list(buttons)})
        button = out.get("button", -1)
        if type(button) is not int or not -1 <= button < len(buttons):
            raise Error(Code.INVALID_RESULT, "invalidResult", f"ui.confirm answered button {button} of {len(buttons)}")
        return button

    def language(self) -> str:
        """The language that the user reads, such as "zh-CN" or "en"; "" if the host does not say, or without requires: {confirm: true}."""
        try:
            return self.service("ui.language", {}).get("language", "")
        except Error as e:
            if e.code in (Code.UNSUPPORTED, Code.DENIED):  # a host from before this service; not granted
                return ""
            raise

    def secret(self, name: str) -> str:
        """A secret that the operator has set. Needs requires: {secrets: [name]}."""
        return self.service("secret.get", {"name": name}).get("value", "")

    def data_key(self, size: int = 32) -> bytes:
        """A key of 16 or 32 bytes of this plugin, app and user, the same ever after. Needs requires: {keys: true}."""
        key = self.service("key.data", {"size": size}).get("key")
        if not isinstance(key, bytes) or len(key) != size:
            raise Error(Code.INVALID_RESULT, "invalidResult", f"key.data did not answer {size} bytes")
        return key

    def anchor(self, at: int = 0) -> int:
        """Raise the counter of this plugin, app and user to at, and tell what it was. Needs requires: {keys: true}."""
        return self.service("key.anchor", {"at": at}).get("was", 0)

    def check_domain(self, allow_list: str, url: str) -> None:
        """Raise Error (DOMAIN) unless the app may reach url by "request", "uploadFile", "downloadFile" or "socket"."""
        self.service("domain.check", {"list": allow_list, "url": url})

    def after(self, seconds: float, method: str, data: Any = None) -> None:
        """Have the host call a method of this plugin once, later, for the same app and user."""
        self.service("timer.after", {"delay_ms": max(0, round(seconds * 1000)), "method": method, "data": data})

    def service(self, name: str, arguments: Any) -> Any:
        """Any host service by its name, with the arguments that docs/wire-protocol.md gives."""
        self.check()
        out = _payload.decode(self._host.service(name, _payload.encode(arguments), self.remaining()))
        return {} if out is None else out

    # Events

    def emit(self, event: str, data: Any = None) -> None:
        """Send an event of the call's task, or of the capability if there is no task."""
        self._host.emit(event, _payload.encode(data), False)

    def end(self, event: str, data: Any = None) -> None:
        """Send the task's last event."""
        self._host.emit(event, _payload.encode(data), True)

    # Log

    def log(self, level: str, message: str, /, **fields: Any) -> None:
        """Write to the host's log; level is "debug", "info", "warn" or "error"."""
        self._host.log(level, message, {key: str(value) for key, value in fields.items()})

    # For the transport

    def cancel(self) -> None:
        """The caller gave up."""
        self._over.set()

    def returned(self) -> None:
        """The method has returned: its end is no longer that of its task."""
        self._returned = True


class KV:
    """The host's key-value store, kept apart by plugin, app and user. Needs requires: {kv: true}."""

    def __init__(self, ctx: Context):
        self._ctx = ctx

    def get(self, key: str) -> bytes | None:
        """The value of key, or None."""
        out = self._ctx.service("kv.get", {"key": key})
        return (out.get("value") or b"") if out.get("found") else None

    def set(self, key: str, value: bytes) -> None:
        """Store value under key."""
        self._ctx.service("kv.set", {"key": key, "value": bytes(value)})

    def delete(self, key: str) -> None:
        """Remove key, if it is there."""
        self._ctx.service("kv.delete", {"key": key})

    def list(self, prefix: str = "") -> list[str]:
        """All keys that begin with prefix, in byte order."""
        keys: list[str] = []
        while True:
            query = {"prefix": prefix, "after": keys[-1]} if keys else {"prefix": prefix}
            out = self._ctx.service("kv.list", query)
            page = out.get("keys") or []
            keys += page
            if not out.get("more") or not page:
                return keys


class HTTP:
    """The host's network provider. Needs requires: {http: [host, …]}."""

    def __init__(self, ctx: Context):
        self._ctx = ctx

    def get(self, url: str, **options: Any) -> Response:
        """request("GET", url, …)."""
        return self.request("GET", url, **options)

    def post(self, url: str, body: bytes, **options: Any) -> Response:
        """request("POST", url, body=body, …)."""
        return self.request("POST", url, body=body, **options)

    def request(self, method: str, url: str, *, headers: dict[str, str | list[str]] | None = None,
                body: bytes | None = None, timeout: float | None = None) -> Response:
        """Carry out a request; timeout (seconds) bounds it within the call's deadline."""
        query: dict[str, Any] = {"method": method, "url": url}
        if headers:
            query["headers"] = {name: [value] if isinstance(value, str) else value for name, value in headers.items()}
        if body is not None:
            query["body"] = bytes(body)
        if timeout is not None:
            query["timeout_ms"] = max(1, round(timeout * 1000))
        out = self._ctx.service("http.request", query)
        return Response(out.get("status", 0), out.get("headers") or {}, out.get("body") or b"")
