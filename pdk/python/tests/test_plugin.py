import io
import threading
import unittest
from contextlib import redirect_stderr

from dougong import Code, Error, Payload, Plugin, testing

CAPABILITY = "example.test/v1"


class PluginTest(unittest.TestCase):
    def setUp(self):
        self.plugin = Plugin("com.example.test", "1.2.3")
        self.host = testing.Host(self.plugin)

    def define(self, function, *args, **options):
        self.plugin.method(CAPABILITY, *args, **options)(function)

    def fails(self, code, want, call, *args, **options):
        with self.assertRaises(Error) as caught:
            call(*args, **options)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(want, caught.exception.message)

    def call(self, method, args=None, **options):
        return self.host.call(CAPABILITY, method, args, **options)

    def test_methods(self):
        def shout(ctx, args):
            return args

        self.define(shout)
        self.define(lambda ctx, args: Payload(args.json + b" ", args.blobs), "open.send", raw=True)
        self.assertEqual(self.plugin.describe(), {CAPABILITY: ["open.send", "shout"]})
        self.assertEqual(self.call("shout", {"b": b"1"}), {"b": b"1"})
        self.assertEqual(self.call("shout"), {})
        self.assertEqual(self.call("open.send", [b"1"]), [b"1"])
        self.fails(Code.UNSUPPORTED, 'no method "other" in example.test/v1; it has open.send, shout', self.call, "other")
        with self.assertRaisesRegex(ValueError, "two methods shout"):
            self.define(shout)

    def test_types(self):
        self.define(lambda ctx, args: args, "typed", params={"text": str, "n?": int, "x?": float, "data?": bytes})
        for args, want in [({"text": "", "n": 3.0}, {"text": "", "n": 3}), ({"text": "a", "n": None, "x": 1, "more": [b"y"]},) * 2,
                           ({"text": "a", "data": b"b"},) * 2]:
            self.assertEqual(self.call("typed", args), want)
        for args, want in [({}, "text: expected string, found nothing"), ({"text": None}, "text: expected string, found null"),
                           ({"text": 7}, "text: expected string, found integer"), ({"text": "", "n": True}, "n: expected integer, found boolean"),
                           ({"text": "", "n": 1.5}, "n: expected integer, found number"),
                           ({"text": "", "data": "x"}, "data: expected bytes, found string"), ([], "the argument: expected object, found array")]:
            self.fails(Code.INVALID_PARAMS, want, self.call, "typed", args)
        with self.assertRaisesRegex(ValueError, "x: a type is one of str, bool"):
            self.define(print, "odd", params={"x": object})

    def test_failures(self):
        def fail(ctx, args):
            raise {"own": Error(10001, "no", "because", {"x": 1}), "late": TimeoutError("slow"), "key": KeyError("k"),
                   "exit": SystemExit(3)}[args["how"]]

        self.define(fail)
        self.define(lambda ctx, args: {1, 2}, "odd")
        self.fails(10001, "because", self.call, "fail", {"how": "own"})
        self.fails(Code.TIMEOUT, "slow", self.call, "fail", {"how": "late"})
        with redirect_stderr(io.StringIO()) as log:
            self.fails(Code.INTERNAL, "KeyError: 'k'", self.call, "fail", {"how": "key"})
            self.fails(Code.INTERNAL, "SystemExit: 3", self.call, "fail", {"how": "exit"})
            self.fails(Code.INTERNAL, "set is neither JSON nor bytes", self.call, "odd")
        self.assertIn("in fail", log.getvalue())
        self.assertEqual(Error(1, "n", "m", {"x": "斗"}).data_bytes(), b'{"x":"\\u6597"}')

    def test_configure(self):
        taken = []

        @self.plugin.on_configure
        def configure(ctx, config):
            if config["size"] < 0:
                raise ValueError("size is negative")
            if config["size"] == 0:
                raise Error(Code.DENIED, "denied", "no size")
            taken.append(config)

        self.host.configure({"size": 1})
        self.assertEqual(taken, [{"size": 1}])
        with redirect_stderr(io.StringIO()):
            self.fails(Code.CONFIG, "size is negative", self.host.configure, {"size": -1})
        self.fails(Code.DENIED, "no size", self.host.configure, {"size": 0})

    def test_close(self):
        closed = []
        self.plugin.on_close(lambda: closed.append(1))
        self.plugin.close()
        self.assertEqual(closed, [1])

    def test_services(self):
        def use(ctx, args):
            for key in ("b", "a", "ab"):
                ctx.kv.set(key, key.encode())
            ctx.kv.delete("b")
            ctx.after(1.5, "later", {"x": 1})
            ctx.check_domain("request", "https://a.example")
            page = ctx.http.post("https://a.example", b"q", headers={"X": "1"}, timeout=2)
            ctx.log("info", "text", level="x", n=7)
            return {"keys": ctx.kv.list("a"), "b": ctx.kv.get("b"), "a": ctx.kv.get("a"), "status": page.status, "body": page.body,
                    "button": ctx.confirm("t", "c", "no", "yes"), "secret": ctx.secret("s"), "key": len(ctx.data_key(16)),
                    "was": [ctx.anchor(5), ctx.anchor(3), ctx.anchor()], "app": ctx.app}

        self.define(use)
        self.host.pages["https://a.example"] = (404, b"p")
        self.host.secrets["s"], self.host.button = "hush", 1
        self.assertEqual(self.call("use"), {
            "keys": ["a", "ab"], "b": None, "a": b"a", "status": 404, "body": b"p", "button": 1, "secret": "hush", "key": 16,
            "was": [0, 5, 5], "app": "test.app"})
        self.assertEqual(self.host.requests, [{"method": "POST", "url": "https://a.example", "headers": {"X": ["1"]}, "body": b"q",
                                               "timeout_ms": 2000}])
        self.assertEqual(self.host.timers, [{"delay_ms": 1500, "method": "later", "data": {"x": 1}}])
        self.assertEqual(self.host.logs, [("info", "text", {"level": "x", "n": "7"})])

    def test_long_lists_come_in_pages(self):
        self.define(lambda ctx, args: ctx.kv.list("k"), "keys")
        names = [f"k{n:04}" for n in range(250)]
        self.host.stored = {("test.app", "test-user", name): b"" for name in names}
        self.assertEqual(self.call("keys"), names)

    def test_a_bad_answer_of_the_host(self):
        self.define(lambda ctx, args: ctx.confirm("t", "c", "ok"), "ask")
        self.host.button = 3
        self.fails(Code.INVALID_RESULT, "button 3 of 1", self.call, "ask")

    def test_language(self):
        self.define(lambda ctx, args: ctx.language(), "ask")
        self.assertEqual(self.call("ask"), "")
        self.host.language = "zh-CN"
        self.assertEqual(self.call("ask"), "zh-CN")

    def test_task(self):
        opened = []
        self.define(lambda ctx, args: opened.append(ctx), "open")
        self.call("open", task=4, timeout=0.001)
        opened[0].emit("tick", {"d": b"1"})
        opened[0].end("done")
        self.fails(Code.NOT_FOUND, "final event", opened[0].emit, "tick")
        self.assertEqual(self.host.events, [testing.Event("tick", {"d": b"1"}, False, 4), testing.Event("done", None, True, 4)])
        self.assertIsNone(opened[0].remaining())
        self.assertFalse(opened[0].over())

    def test_deadline(self):
        def wait(ctx, args):
            while True:
                ctx.sleep(args["for"])

        self.define(wait)
        self.fails(Code.TIMEOUT, "wait: the call's deadline passed", self.call, "wait", {"for": 60}, timeout=0.02)
        self.fails(Code.TIMEOUT, "deadline passed", self.call, "wait", {"for": 0.001}, timeout=0.02)
        self.define(lambda ctx, args: ctx.kv.get("k"), "late")
        self.fails(Code.TIMEOUT, "deadline passed", self.call, "late", timeout=0)

    def test_cancel(self):
        ctx = self.host.context(self.host.info)
        waiting = threading.Timer(0.02, ctx.cancel)
        waiting.start()
        self.fails(Code.CANCELED, "gave up", ctx.sleep, 60)
        waiting.join()


if __name__ == "__main__":
    unittest.main()
