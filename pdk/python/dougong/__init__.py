"""Dougong's kit for plugins in Python.

    import dougong   # the first import: from here on, what is printed goes to the log

    plugin = dougong.Plugin("com.acme.hello", "1.0.0")

    @plugin.method("com.acme.hello/v1")
    def greet(ctx, args):
        return {"greeting": "hello, " + args["name"]}

    plugin.run()

README.md beside this package is the manual. The package knows nothing of any capability, and nothing of the host but
what docs/wire-protocol.md says.
"""
from . import _boot

_boot.prepare()  # before anything can print

from ._context import Context, Info, Response  # noqa: E402
from ._errors import Code, Error  # noqa: E402
from ._payload import MAX_PAYLOAD, Payload, decode, encode  # noqa: E402
from ._plugin import Plugin  # noqa: E402

__all__ = ["Code", "Context", "Error", "Info", "MAX_PAYLOAD", "Payload", "Plugin", "Response", "decode", "encode"]
__version__ = "0.1.0"
