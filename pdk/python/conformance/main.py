"""The conformance plugin in Python: one method for each thing that a plugin can do.

pdk/conformance/contracts/conformance.yaml says what each has to do.
"""
import sys

sys.dont_write_bytecode = True
import dougong  # noqa: E402

import os  # noqa: E402
import threading  # noqa: E402

CAPABILITY = "dougong.conformance/v1"
NO_SESSION = 70002

plugin = dougong.Plugin("dougong.conformance.python", "1.0.0")

lock = threading.Lock()
greeting = ""
calls = 0
sessions = {}  # task → [context of the call that began it, number of messages sent]


@plugin.on_configure
def configure(ctx, config):
    global greeting
    wanted = (config or {}).get("greeting", "")
    if wanted == "refuse":
        raise dougong.Error(dougong.Code.CONFIG, "config", 'greeting "refuse" is refused; choose another')
    greeting = wanted


@plugin.method(CAPABILITY, raw=True)
def echo(ctx, payload):
    return payload


@plugin.method(CAPABILITY, params={"text": str, "data?": bytes})
def inspect(ctx, args):
    out = {"text": args["text"], "characters": len(args["text"])}
    if args.get("data") is not None:
        out["data"] = args["data"][::-1]
    return out


@plugin.method(CAPABILITY)
def whoami(ctx, args):
    return {"capability": ctx.capability, "method": ctx.method, "app": ctx.app, "user": ctx.user, "page": ctx.page,
            "trace": ctx.trace, "caller": ctx.caller}


@plugin.method(CAPABILITY, params={"code": int, "name": str, "message": str})
def fail(ctx, args):
    raise dougong.Error(args["code"], args["name"], args["message"])


@plugin.method(CAPABILITY)
def configured(ctx, args):
    return {"greeting": greeting}


@plugin.method(CAPABILITY)
def count(ctx, args):
    global calls
    with lock:
        calls += 1
        return {"count": calls}


@plugin.method(CAPABILITY, params={"size": int})
def big(ctx, args):
    size = args["size"]
    pattern = bytes(range(251))
    return {"data": (pattern * (size // 251 + 1))[:size]}


@plugin.method(CAPABILITY, params={"key": str, "value": bytes})
def kv(ctx, args):
    before = ctx.kv.get(args["key"])
    ctx.kv.set(args["key"], args["value"])
    return {"found": False} if before is None else {"found": True, "before": before}


@plugin.method(CAPABILITY, params={"url": str})
def fetch(ctx, args):
    response = ctx.http.get(args["url"])
    return {"status": response.status, "body": response.body}


@plugin.method(CAPABILITY, params={"text": str})
def log(ctx, args):
    ctx.log("warn", args["text"], n=7)


@plugin.method(CAPABILITY, params={"ms": int})
def sleep(ctx, args):
    ctx.sleep(args["ms"] / 1000)


@plugin.method(CAPABILITY)
def spin(ctx, args):
    while True:
        pass


@plugin.method(CAPABILITY)
def crash(ctx, args):
    os._exit(1)


@plugin.method(CAPABILITY, params={"from": int})
def countdown(ctx, args):
    for left in reversed(range(args["from"])):
        ctx.check()
        ctx.emit("tick", {"left": left, "data": bytes([left % 251])})
    return {"ticks": args["from"]}


@plugin.method(CAPABILITY)
def session(ctx, args):
    with lock:
        sessions[ctx.task] = [ctx, 0]


@plugin.method(CAPABILITY, "session.send", params={"text": str})
def send(ctx, args):
    with lock:
        if ctx.task not in sessions:
            raise no_session(ctx)
        sessions[ctx.task][1] += 1
        opened, sent = sessions[ctx.task]
        opened.emit("message", {"text": args["text"]})
    return {"sent": sent}


@plugin.method(CAPABILITY, "session.close")
def close(ctx, args):
    with lock:
        if ctx.task not in sessions:
            raise no_session(ctx)
        opened, _ = sessions.pop(ctx.task)
    opened.end("closed", {})


def no_session(ctx):
    return dougong.Error(NO_SESSION, "no-session", f"task {ctx.task} is not a session of this plugin; open one first")


plugin.run()
