"""A host in the test: no process, no socket, no network.

    host = testing.Host(plugin)
    host.pages["https://api.example.com/rate"] = (200, b"7.1")
    assert host.call("com.acme.hello/v1", "greet", {"name": "Ada"}) == {"greeting": "hello, Ada"}

Arguments and results make the same way through JSON and attachments as on the wire.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
import time
from typing import Any

from . import _payload
from ._context import Context, Info
from ._errors import Code, Error
from ._plugin import Plugin


@dataclasses.dataclass(frozen=True)
class Event:
    """One event that the plugin has emitted."""

    name: str
    data: Any
    final: bool
    task: int


class Host:
    """A host of one plugin. Its fields are set before the first call; calls may come from several threads."""

    def __init__(self, plugin: Plugin):
        self.plugin = plugin
        self.info = Info(app="test.app", user="test-user", page="pages/index", trace="0" * 32)
        self.pages: dict[str, tuple[int, bytes]] = {}  # address → status and body of ctx.http
        self.secrets: dict[str, str] = {}
        self.button = 0  # what ctx.confirm answers
        self.language = ""  # what the user reads
        self.events: list[Event] = []
        self.logs: list[tuple[str, str, dict[str, str]]] = []
        self.requests: list[dict] = []  # of ctx.http
        self.asked: list[dict] = []  # by ctx.confirm
        self.timers: list[dict] = []  # of ctx.after
        self.stored: dict[tuple[str, str, str], bytes] = {}  # (app, user, key) → value
        self._anchors: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def configure(self, config: Any) -> None:
        """Hand a configuration to the plugin; Error if it refuses."""
        self.plugin.configure(self.context(Info(method="configure")), json.dumps(config).encode())

    def call(self, capability: str, method: str, args: Any = None, *, task: int = 0, timeout: float | None = None) -> Any:
        """Call a method. Its failure is raised as Error."""
        info = dataclasses.replace(self.info, capability=capability, method=method, task=task)
        ctx = self.context(info, timeout)
        try:
            return _payload.decode(self.plugin.dispatch(ctx, _payload.encode(args)))
        finally:
            ctx.returned()

    def context(self, info: Info, timeout: float | None = None) -> Context:
        """The context of one call, for tests that call a function directly or cancel it."""
        return Context(info, _CallHost(self, info), None if timeout is None else time.monotonic() + timeout)


class _CallHost:
    """Host as one call sees it."""

    def __init__(self, host: Host, info: Info):
        self._host, self._info = host, info

    def service(self, name: str, payload: _payload.Payload, timeout: float | None) -> _payload.Payload:
        serve = _SERVICES.get(name)
        if serve is None:
            raise Error(Code.UNSUPPORTED, "unsupported", f"the host has no service {name!r}")
        with self._host._lock:
            return _payload.encode(serve(self._host, self._info, _payload.decode(payload)))

    def emit(self, event: str, payload: _payload.Payload, final: bool) -> None:
        with self._host._lock:
            task = self._info.task
            if task and any(e.final and e.task == task for e in self._host.events):
                raise Error(Code.NOT_FOUND, "notFound", f"task {task} has had its final event")
            self._host.events.append(Event(event, _payload.decode(payload), final, task))

    def log(self, level: str, message: str, fields: dict[str, str]) -> None:
        with self._host._lock:
            self._host.logs.append((level, message, fields))


def _kv_get(host: Host, info: Info, query: dict) -> dict:
    value = host.stored.get((info.app, info.user, query["key"]))
    return {"found": False} if value is None else {"found": True, "value": value}


def _kv_set(host: Host, info: Info, query: dict) -> dict:
    host.stored[info.app, info.user, query["key"]] = query["value"]
    return {}


def _kv_delete(host: Host, info: Info, query: dict) -> dict:
    host.stored.pop((info.app, info.user, query["key"]), None)
    return {}


_PAGE = 100  # keys in one answer


def _kv_list(host: Host, info: Info, query: dict) -> dict:
    keys = sorted((key for app, user, key in host.stored
                   if (app, user) == (info.app, info.user) and key.startswith(query.get("prefix", ""))), key=str.encode)
    if "after" in query:
        keys = [key for key in keys if key.encode() > query["after"].encode()]
    limit = query.get("limit") or _PAGE
    return {"keys": keys[:limit], "more": len(keys) > limit}


def _http(host: Host, _: Info, query: dict) -> dict:
    host.requests.append(query)
    if query["url"] not in host.pages:
        raise Error(Code.DENIED, "denied", f"the test has no page {query['url']}; put it into host.pages")
    status, body = host.pages[query["url"]]
    return {"status": status, "headers": {}, "body": body}


def _confirm(host: Host, _: Info, query: dict) -> dict:
    host.asked.append(query)
    return {"button": host.button}


def _secret(host: Host, _: Info, query: dict) -> dict:
    if query["name"] not in host.secrets:
        raise Error(Code.DENIED, "denied", f"the test has no secret {query['name']!r}; put it into host.secrets")
    return {"value": host.secrets[query["name"]]}


def _key(_: Host, info: Info, query: dict) -> dict:
    return {"key": hashlib.sha256(f"{info.app}\0{info.user}".encode()).digest()[:query["size"]]}


def _anchor(host: Host, info: Info, query: dict) -> dict:
    was = host._anchors.get((info.app, info.user), 0)
    host._anchors[info.app, info.user] = max(was, query["at"])
    return {"was": was}


def _after(host: Host, _: Info, query: dict) -> dict:
    host.timers.append(query)
    return {}


_SERVICES = {
    "kv.get": _kv_get, "kv.set": _kv_set, "kv.delete": _kv_delete, "kv.list": _kv_list, "http.request": _http,
    "ui.confirm": _confirm, "ui.language": lambda host, *_: {"language": host.language}, "secret.get": _secret, "key.data": _key, "key.anchor": _anchor,
    "domain.check": lambda *_: {}, "timer.after": _after,
}
