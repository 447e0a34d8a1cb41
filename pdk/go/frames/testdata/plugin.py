"""A plugin that does what its methods say, for the test of dougong_frames.py."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../python"))
import dougong_frames as frames  # noqa: E402

plugin = None
counts = {"canceled": 0}


def handle(call):
    name = call.method
    if name == "echo":
        return call.json, call.blobs
    if name == "who":
        return ("|".join((call.capability, call.method, call.app, call.user, call.page, call.trace, call.caller, str(call.task)))).encode()
    if name == "fail":
        raise frames.Error(70001, "cancel", "the user 取消 it", b'{"x":1}')
    if name == "raise":
        raise ValueError("as asked")
    if name == "wait":
        while not call.expired():
            time.sleep(0.002)
        counts["canceled"] += 1
        raise frames.Error(frames.CODE_CANCELED, "canceled", "gave up")
    if name == "canceled":
        return str(counts["canceled"]).encode()
    if name == "service":
        return call.service("kv.get", call.json, call.blobs)
    if name == "emit":
        n = int(call.json)
        for i in range(n):
            call.emit(str(i), b"x" * 1000, final=i == n - 1)
        try:
            call.emit("more")
        except frames.Error as e:
            return str(e.code).encode()
        return b"null"
    if name == "log":
        plugin.log("warn", "logged 行", {"n": 7})
        return b"null"
    raise frames.Error(4, "unsupported", "no method " + name)


def ready(p):
    global plugin
    plugin = p


listener = frames.offered()
print("ready" if listener and "DOUGONG_FRAMES" not in os.environ else "no offer", flush=True)
ended = listener.serve(handle, ready)
print("ended: %s" % ended.error, flush=True)
