"""The plugin as its author describes it, and how a call finds its method."""
from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, Callable

from . import _boot, _params, _payload
from ._context import Context
from ._errors import Code, Error, as_error
from ._payload import Payload

Method = Callable[[Context, Any], Any]


class Plugin:
    """Identity, methods by capability, and hooks. Methods are called concurrently, each call in a thread of its own."""

    def __init__(self, id: str, version: str, *, children: bool = False):
        """id and version are those of plugin.yaml. children says that the plugin starts processes, which end with it."""
        self.id, self.version, self.children = id, version, children
        self.features: list[str] = []  # protocol options, such as "frames/1"
        self._methods: dict[str, dict[str, Callable[[Context, Payload], Any]]] = {}
        self._configure: Callable[[Context, Any], None] | None = None
        self._close: Callable[[], None] | None = None

    def method(self, capability: str, name: str | None = None, *, params: _params.Types | None = None, raw: bool = False):
        """Decorator: the function is a method of capability, called as f(ctx, args).

        name is the contract's if the function has another, and "method.taskMethod" for a method of a running task. args is a
        dict, empty if the call has no arguments. The host has checked them by the contract; params, such as
        {"text": str, "data?": bytes}, checks their types once more. With raw=True they are the Payload as it came; a Payload may
        be returned, too.
        """
        types = _params.checked(params or {})

        def register(function: Method) -> Method:
            def decoded(ctx: Context, payload: Payload) -> Any:
                args = _payload.decode(payload)
                args = {} if args is None else args
                return function(ctx, _params.fit(args, types) if types else args)

            methods = self._methods.setdefault(capability, {})
            key = name or function.__name__
            if key in methods:
                raise ValueError(f"{capability} has two methods {key}")
            methods[key] = function if raw else decoded
            return function

        return register

    def on_configure(self, function: Callable[[Context, Any], None]):
        """Decorator: called with the configuration before the first call and on each change. An exception refuses it."""
        self._configure = function
        return function

    def on_close(self, function: Callable[[], None]):
        """Decorator: called once when the host stops the plugin."""
        self._close = function
        return function

    @property
    def data_dir(self) -> str | None:
        """The private folder, if plugin.yaml says requires: {files: true}."""
        return os.environ.get(_boot.DATA_DIR_KEY)

    def run(self) -> None:
        """Serve until the host stops the plugin or is gone. Started by hand, say what the program is and exit with 1."""
        if not _boot.started_by_host():
            sys.exit(f"this is the Dougong plugin {self.id} {self.version}. It is started by a host: "
                     "put its folder on the list of plugins in superapp.yaml")
        from . import _server  # gRPC is loaded only where it is needed

        _server.serve(self)

    # For transports

    def describe(self) -> dict[str, list[str]]:
        """The methods of each capability, in order."""
        return {name: sorted(methods) for name, methods in sorted(self._methods.items())}

    def dispatch(self, ctx: Context, payload: Payload) -> Payload:
        """Carry out a call. Every failure is an Error."""
        try:
            return _payload.encode(self._find(ctx)(ctx, payload))
        except (Exception, SystemExit) as failure:
            raise reported(failure) from failure

    def _find(self, ctx: Context) -> Callable[[Context, Payload], Any]:
        methods = self._methods.get(ctx.capability, {})
        if ctx.method not in methods:
            known = ", ".join(sorted(methods)) or "none"
            raise Error(Code.UNSUPPORTED, "unsupported",
                        f'plugin "{self.id}" has no method "{ctx.method}" in {ctx.capability}; it has {known}')
        return methods[ctx.method]

    def configure(self, ctx: Context, config: bytes) -> None:
        """Hand over the configuration."""
        if self._configure is None:
            return
        try:
            self._configure(ctx, json.loads(config or b"null"))
        except Exception as failure:
            if isinstance(failure, Error):
                raise
            reported(failure)
            raise Error(Code.CONFIG, "config", str(failure)) from failure

    def close(self) -> None:
        """Run the close hook."""
        if self._close is None:
            return
        try:
            self._close()
        except Exception as failure:
            raise reported(failure) from failure


def reported(failure: BaseException) -> Error:
    """The failure for the caller; one that nobody has foreseen is also told to the log, with its traceback."""
    if not isinstance(failure, (Error, TimeoutError)):
        traceback.print_exception(failure, file=sys.stderr)
    return as_error(failure)
