"""frames/1, the fast path between a Dougong host and a process plugin (docs/frames.md), for plugins in Python.

Standard library only. The kit uses it like this, before it answers Describe:

    listener = dougong_frames.offered()             # None: the host makes no offer; stay with gRPC
    if listener:
        features.append(dougong_frames.FEATURE)
        threading.Thread(target=listener.serve, args=(handle,), daemon=True).start()

handle(call) carries a call out: it gets a Call, and returns JSON bytes, or a pair of JSON bytes and a list of attachments, or
raises Error. It is run by several threads at a time.
"""

import collections
import hmac
import itertools
import os
import socket
import struct
import threading
import time

FEATURE = "frames/1"
MAX_FRAME = 256 << 10
MAX_PAYLOAD = 64 << 20
MAX_MESSAGE = MAX_PAYLOAD + (1 << 20)
MAX_OPEN = 1024
MAX_BLOBS = 4096
WINDOW = 64 << 10
HELLO_TIMEOUT = 5.0

_PART = 128 << 10
_ADMITTED = 128 << 20
_HEADER = struct.Struct("<IBBHQ")
_REQUEST = struct.Struct("<BBHIQ7HH")

(_HELLO, _REQ, _REPLY, _CANCEL, _SERVICE, _SERVICE_REPLY, _EVENT, _LOG, _CREDIT, _ADMIT, _PING, _PONG, _GOAWAY) = range(1, 14)
_NAMES = ("", "hello", "request", "reply", "cancel", "service", "service reply", "event", "log", "credit", "admit", "ping",
          "pong", "goaway")
_MORE, _SIZE, _ABORT, _LASTS = 1, 2, 4, 8
# What the host may send: kind -> (flags, smallest body, largest body).
_FROM_HOST = {
    _HELLO: (0, 24, 24), _REQ: (15, 1, MAX_FRAME), _CANCEL: (0, 0, 0), _SERVICE_REPLY: (7, 1, MAX_FRAME), _CREDIT: (0, 4, 4),
    _ADMIT: (0, 1, 1), _PING: (0, 0, 0), _PONG: (0, 0, 0), _GOAWAY: (0, 0, 1024),
}
_LEVELS = {"debug": 0, "info": 1, "warn": 2, "error": 3}

CODE_INTERNAL, CODE_TIMEOUT, CODE_CANCELED, CODE_UNAVAILABLE, CODE_TOO_LARGE, CODE_NOT_FOUND = 1, 8, 9, 10, 11, 14


class Error(Exception):
    """A failure with a stable code, as it crosses the wire."""

    def __init__(self, code, name, message, data=b""):
        super().__init__(message)
        self.code, self.name, self.message, self.data = code, name, message, data

    def __str__(self):
        return "%s (%s, code %d)" % (self.message, self.name, self.code)


class Violation(Exception):
    """The host sent what the protocol does not allow, at a byte of its stream."""

    def __init__(self, at, text):
        super().__init__("malformed frames at byte %d: %s (docs/frames.md)" % (at, text))


class _Reader:
    """Reads a binary message; nothing is believed before it was checked."""

    def __init__(self, data, at, what):
        self.data, self.pos, self.at, self.what = memoryview(data), 0, at, what

    def take(self, n, field):
        left = len(self.data) - self.pos
        if n > left:
            raise Violation(self.at + self.pos, "malformed %s: %s needs %d bytes, %d are left" % (self.what, field, n, left))
        part = self.data[self.pos:self.pos + n]
        self.pos += n
        return part

    def u32(self, field):
        return int.from_bytes(self.take(4, field), "little")

    def text(self, n, field):
        return bytes(self.take(n, field)).decode("utf-8", "replace")

    def fail(self, text):
        raise Violation(self.at + self.pos, "malformed %s: %s" % (self.what, text))

    def payload(self):
        size, count = self.u32("JSON size"), self.u32("number of attachments")
        if count > MAX_BLOBS:
            self.fail("%d attachments, at most %d are allowed" % (count, MAX_BLOBS))
        sizes = struct.unpack("<%dI" % count, self.take(4 * count, "attachment sizes"))
        if size + sum(sizes) > MAX_PAYLOAD:
            self.fail("payload of %d bytes, at most %d are allowed" % (size + sum(sizes), MAX_PAYLOAD))
        return bytes(self.take(size, "JSON")), [bytes(self.take(n, "attachment")) for n in sizes]

    def end(self):
        if self.pos != len(self.data):
            self.fail("%d bytes too many" % (len(self.data) - self.pos))


def _payload(json, blobs):
    head = struct.pack("<II", len(json), len(blobs)) + b"".join(struct.pack("<I", len(b)) for b in blobs)
    return b"".join((head, json, *blobs))


def _failure(e):
    name, message = e.name.encode(), e.message.encode("utf-8", "replace")
    return struct.pack("<BBHiIII", 1, 1, 0, e.code or CODE_INTERNAL, len(name), len(message), len(e.data)) + name + message + e.data


class Call:
    """One call: who calls what with what, and the host's services on behalf of it.

    canceled is a threading.Event that is set when the host gives the call up; deadline is a time.monotonic() or None. A
    method that takes a while has to heed both: expired() tells.
    """

    def __init__(self, plugin, number, lasts):
        self.number, self.canceled, self.deadline = number, threading.Event(), None
        self._plugin, self._lasts, self._live, self._final, self._over = plugin, lasts, True, False, False
        self._credit, self._turn = WINDOW, threading.Lock()
        self._more = threading.Condition(plugin._lock)

    def _decode(self, body, at):
        r = _Reader(body, at, "request")
        version, op, zero, millis, self.task, *sizes, zero2 = _REQUEST.unpack(r.take(_REQUEST.size, "head"))
        if version != 1 or op != 3 or zero or zero2:
            r.pos = 0
            r.fail("version %d, operation %d, zeros %d %d; expected 1, 3, 0 and 0" % (version, op, zero, zero2))
        (self.capability, self.method, self.app, self.user, self.page, self.trace, self.caller) = (
            r.text(n, "names") for n in sizes)
        self.json, self.blobs = r.payload()
        r.end()
        if millis:
            self.deadline = time.monotonic() + millis / 1000

    def expired(self):
        """Whether the call is over for the host."""
        return self.canceled.is_set() or self.deadline is not None and time.monotonic() >= self.deadline

    def service(self, name, json, blobs=()):
        """Asks the host for a service, such as "kv.get". Returns JSON bytes and a list of attachments."""
        return self._plugin.service(self.number, name, json, blobs, self)

    def emit(self, event, json=b"", blobs=(), final=False):
        """Sends an event of the call's task. Waits as long as the host's consumer is behind."""
        name = event.encode()
        body = struct.pack("<BBHQ", 1, final, len(name), self.task) + name + _payload(json, blobs)
        self._plugin._emit(self, _EVENT, body, final and self.task != 0)

    def _end(self):  # the plugin's lock is held
        self._over = True
        self._more.notify_all()


class _Question:
    def __init__(self):
        self.done, self.answer = threading.Event(), None


class Plugin:
    """The plugin's end of a connection."""

    def __init__(self, sock, handle, threads=64):
        self._sock, self._handle, self._threads = sock, handle, threads
        self._write, self._lock = threading.Lock(), threading.Lock()
        self._calls, self._asked, self._numbers = {}, {}, itertools.count(1)
        self._leaves, self._arrival, self._lobby, self._used = {}, {}, collections.deque(), 0
        self._work, self._idle, self._workers = collections.deque(), 0, 0
        self._ready = threading.Condition(self._lock)
        self._at, self.error = 40, None
        self._nobody = Call(self, 0, True)
        self._nobody.task = 0

    # What the plugin says.

    def log(self, level, message, fields=None):
        """Writes to the host's log under the plugin's name."""
        def text(s):
            b = str(s).encode("utf-8", "replace")[:MAX_FRAME // 4]
            return struct.pack("<I", len(b)) + b
        pairs = list((fields or {}).items())[:64]
        body = struct.pack("<BBH", 1, _LEVELS.get(level, 1), len(pairs)) + text(message) + b"".join(text(k) + text(v) for k, v in pairs)
        if len(body) > MAX_FRAME:
            body = struct.pack("<BBH", 1, _LEVELS.get(level, 1), 0) + text(message)
        self._emit(self._nobody, _LOG, body, False)

    def service(self, number, name, json, blobs=(), call=None):
        """Asks the host for a service on behalf of a call, or with 0 of nobody."""
        question, wire = _Question(), name.encode()
        body = struct.pack("<QBBH", number, 1, 0, len(wire)) + wire + _payload(json, blobs)
        with self._lock:
            self._check()
            id = next(self._numbers)
            self._asked[id] = question
        try:
            self._send(_SERVICE, id, body, call)
        except Error:
            with self._lock:
                self._asked.pop(id, None)
            raise
        while not question.done.wait(0.05 if call else None):
            if call.expired():
                with self._lock:
                    if id not in self._asked:
                        continue  # the answer is there
                    self._asked[id] = None
                self._frame(_CANCEL, 0, id)
                raise _gave_up(call, name)
        with self._lock:
            if question.answer is None:
                self._check()
        if isinstance(question.answer, Error):
            raise question.answer
        return question.answer

    def _emit(self, call, kind, body, final):
        with call._turn:
            with self._lock:
                while True:
                    self._check()
                    if call._final or call._over:
                        raise Error(CODE_NOT_FOUND, "notFound", "call %d has ended or has had its final event" % call.number)
                    if call._credit > 0:
                        break
                    call._more.wait()
                call._credit -= len(body)
                call._final = final
            self._send(kind, call.number, body, None)
            with self._lock:
                if final and not call._live:
                    self._calls.pop(call.number, None)

    def _check(self):  # the lock is held
        if self.error is not None:
            raise Error(CODE_UNAVAILABLE, "unavailable", "the connection to the host has ended: %s" % self.error)

    def _frame(self, kind, flags, id, body=b""):
        try:
            with self._write:
                self._sock.sendall(_HEADER.pack(len(body), kind, flags, 0, id) + body)
        except OSError as e:
            self._fail(e)
            raise Error(CODE_UNAVAILABLE, "unavailable", "the connection to the host broke: %s" % e) from e

    def _send(self, kind, id, body, call):
        if len(body) <= MAX_FRAME:
            self._frame(kind, 0, id, body)
            return
        if len(body) > MAX_MESSAGE:
            raise Error(CODE_TOO_LARGE, "tooLarge", "a %s of %d bytes; the limit is %d" % (_NAMES[kind], len(body), MAX_MESSAGE))
        admitted = threading.Event()
        with self._lock:
            self._check()
            self._leaves.setdefault((kind, id), collections.deque()).append(admitted)
        self._frame(kind, _MORE | _SIZE, id, struct.pack("<I", len(body)))
        while not admitted.wait(0.05):
            if call is not None and call.expired():
                self._frame(kind, _ABORT, id)
                raise _gave_up(call, _NAMES[kind])
            with self._lock:
                self._check()
        view = memoryview(body)
        for at in range(0, len(body), _PART):
            last = at + _PART >= len(body)
            self._frame(kind, 0 if last else _MORE, id, view[at:at + _PART].tobytes())

    # What the host says.

    def run(self):
        """Serves the connection until it ends."""
        try:
            while self._step():
                pass
        except Violation as e:
            self._break(e)
        except (OSError, Error) as e:
            self._fail(e)
        self._fail("the host closed it")

    def _read(self, n):
        buf = bytearray(n)
        view, got = memoryview(buf), 0
        while got < n:
            m = self._sock.recv_into(view[got:])
            if m == 0:
                raise ConnectionError("it ended after %d of %d bytes" % (got, n)) if got else EOFError
            got += m
        self._at += n
        return buf

    def _step(self):
        at = self._at
        try:
            size, kind, flags, zero, id = _HEADER.unpack(self._read(_HEADER.size))
        except EOFError:
            return False
        rule = _FROM_HOST.get(kind)
        if rule is None:
            raise Violation(at + 4, "a frame of kind %d, which the host may not send" % kind)
        if flags & ~rule[0] or flags & 7 not in (0, 1, 3, 4) or zero:
            raise Violation(at + 5, "flags %#x and zeros %#x on a %s frame" % (flags, zero, _NAMES[kind]))
        low, high = {3: (4, 4), 4: (0, 0)}.get(flags & 7, rule[1:])
        if not low <= size <= high:
            raise Violation(at, "a %s frame with a body of %d bytes, expected %d to %d" % (_NAMES[kind], size, low, high))
        try:
            body = self._read(size) if size else b""
        except EOFError:
            raise ConnectionError("it ended in the middle of a frame") from None
        if rule[0] & 7:
            body = self._part(at, kind, flags, id, body)
            if body is None:
                return True
        return self._message(at, kind, flags, id, body)

    def _part(self, at, kind, flags, id, body):
        place, size = (kind, id), 0
        a = self._arrival.get(place)
        if flags & _SIZE:
            size = struct.unpack("<I", body)[0]
            if a is not None or not MAX_FRAME < size <= MAX_MESSAGE or len(self._arrival) >= MAX_OPEN:
                raise Violation(at + 16, "%s %d is announced with %d bytes, twice, or besides %d others" % (_NAMES[kind], id, size, len(self._arrival)))
            self._arrival[place] = a = [size, None, 0]
            self._lobby.append(place)
            self._admit()
            return None
        if a is None:
            if flags & (_MORE | _ABORT):
                raise Violation(at + 5, "a part of %s %d, which was not announced" % (_NAMES[kind], id))
            return body
        if flags & _ABORT:
            del self._arrival[place]
            if a[1] is None:
                self._lobby.remove(place)
                self._frame(_ADMIT, 0, id, bytes([kind]))
            else:
                self._used -= a[0]
            self._admit()
            return None
        total, buf, got = a
        left, more = total - got, bool(flags & _MORE)
        if buf is None or len(body) > left or more != (len(body) < left):
            raise Violation(at, "a part of %d bytes of %s %d, of which %d of %d are missing; 'more' is %s" % (len(body), _NAMES[kind], id, left, total, more))
        buf[got:got + len(body)] = body
        a[2] += len(body)
        if more:
            return None
        del self._arrival[place]
        self._used -= total
        self._admit()
        return buf

    def _admit(self):
        while self._lobby:
            a = self._arrival[self._lobby[0]]
            if self._used and self._used + a[0] > _ADMITTED:
                return
            kind, id = self._lobby.popleft()
            self._used += a[0]
            a[1] = bytearray(a[0])
            self._frame(_ADMIT, 0, id, bytes([kind]))

    def _message(self, at, kind, flags, id, body):
        if kind == _REQ:
            self._request(at, flags, id, body)
        elif kind == _SERVICE_REPLY:
            self._answered(at, id, body)
        elif kind == _CANCEL:
            with self._lock:
                call = self._calls.get(id)
                if call is not None:
                    call.canceled.set()
                    call._end()
        elif kind == _CREDIT:
            self._credited(at, id, struct.unpack("<I", body)[0])
        elif kind == _ADMIT:
            self._may_leave(at, (body[0], id))
        elif kind == _PING:
            self._frame(_PONG, 0, id)
        elif kind == _GOAWAY:
            if body:
                raise ConnectionError("the host broke it off: " + body.decode("utf-8", "replace"))
            return False
        else:
            raise Violation(at + 4, "a %s frame, which was not asked for" % _NAMES[kind])
        return True

    def _request(self, at, flags, id, body):
        call = Call(self, id, bool(flags & _LASTS))
        with self._lock:
            if id == 0 or id in self._calls or len(self._calls) >= MAX_OPEN + (1 << 16):
                raise Violation(at + 8, "request %d: the number is 0 or in use, or there are too many" % id)
            self._calls[id] = call
            self._work.append((call, body, at + 16))
            if self._idle >= len(self._work) or self._workers >= self._threads:
                self._ready.notify()
                return
            self._workers += 1
        threading.Thread(target=self._worker, daemon=True).start()

    def _answered(self, at, id, body):
        r = _Reader(body, at + 16, "reply")
        version, status, zero = struct.unpack("<BBH", r.take(4, "head"))
        if version != 1 or status > 1 or zero:
            r.pos = 0
            r.fail("version %d, status %d, zeros %d; expected 1, 0 or 1, and 0" % (version, status, zero))
        if status == 0:
            answer = r.payload()
        else:
            code, name, message, data = struct.unpack("<iIII", r.take(16, "error"))
            answer = Error(code, r.text(name, "name"), r.text(message, "message"), bytes(r.take(data, "data")))
        r.end()
        with self._lock:
            if id not in self._asked:
                raise Violation(at + 8, "a reply to service %d, which is not open" % id)
            question = self._asked.pop(id)
        if question is not None:
            question.answer = answer
            question.done.set()

    def _credited(self, at, id, n):
        with self._lock:
            call = self._calls.get(id) if id else self._nobody
            if call is None:
                return
            if call._credit + n > WINDOW:
                raise Violation(at + 16, "a credit of %d bytes for call %d, which lacks %d" % (n, id, WINDOW - call._credit))
            call._credit += n
            call._more.notify_all()

    def _may_leave(self, at, place):
        with self._lock:
            waiting = self._leaves.get(place)
            if not waiting:
                raise Violation(at + 16, "message %d of kind %d is admitted, which does not wait for that" % (place[1], place[0]))
            waiting.popleft().set()
            if not waiting:
                del self._leaves[place]

    # Carrying calls out.

    def _worker(self):
        while True:
            with self._lock:
                self._idle += 1
                while not self._work and self.error is None:
                    self._ready.wait()
                self._idle -= 1
                if not self._work:
                    return
                call, body, at = self._work.popleft()
            try:
                self._carry_out(call, body, at)
            except Error:
                return  # the connection has ended

    def _carry_out(self, call, body, at):
        try:
            call._decode(body, at)
        except Violation as e:
            self._break(e)
            return
        failed, reply = False, None
        try:
            out = self._handle(call)
            json, blobs = out if isinstance(out, tuple) else (out, ())
            reply = struct.pack("<BBH", 1, 0, 0) + _payload(json or b"", blobs)
            if len(reply) > MAX_MESSAGE:
                raise Error(CODE_TOO_LARGE, "tooLarge", "the result of %s is %d bytes, the limit is %d" % (call.method, len(reply), MAX_PAYLOAD))
        except Error as e:
            failed, reply = True, _failure(e)
        except Exception as e:  # a handler may raise anything; the call fails, the plugin goes on
            failed, reply = True, _failure(Error(CODE_INTERNAL, "internal", "%s: %s" % (type(e).__name__, e)))
        try:
            if len(reply) > MAX_FRAME:
                self._send(_REPLY, call.number, reply, call)
                reply = None
        except Error as e:
            with self._lock:
                self._check()
            failed, reply = True, _failure(e)
        with self._lock:
            call._live = False
            if failed or not call._lasts or call._final or call._over:
                self._calls.pop(call.number, None)
                call._end()
        if reply is not None:
            self._frame(_REPLY, 0, call.number, reply)

    def _break(self, violation):
        try:
            self._sock.settimeout(0.2)
            self._frame(_GOAWAY, 0, 0, str(violation).encode()[:1024])
        except Error:
            pass
        self._fail(violation)

    def _fail(self, why):
        with self._lock:
            if self.error is not None:
                return
            self.error = why
            for call in self._calls.values():
                call.canceled.set()
                call._end()
            self._nobody._end()
            for question in self._asked.values():
                if question is not None:
                    question.done.set()
            self._asked.clear()
            self._ready.notify_all()
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _gave_up(call, what):
    if call.canceled.is_set():
        return Error(CODE_CANCELED, "canceled", "%s: the caller gave up" % what)
    return Error(CODE_TIMEOUT, "timeout", "%s: the call's deadline passed" % what)


class Listener:
    """Where the host is waited for."""

    def __init__(self, path, token):
        self._token = token
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sock.bind(path)
        self._sock.listen(1)

    def serve(self, handle, ready=None, threads=64):
        """Accepts the host and serves it until the connection ends. ready, if any, is called with the Plugin."""
        plugin = None
        while plugin is None:
            conn, _ = self._sock.accept()
            plugin = self._greet(conn, handle, threads)
        self._sock.close()
        if ready is not None:
            ready(plugin)
        plugin.run()
        conn.close()
        return plugin

    def _greet(self, conn, handle, threads):
        want = _HEADER.pack(24, _HELLO, 0, 0, 0) + FEATURE.encode()
        try:
            conn.settimeout(HELLO_TIMEOUT)
            got = b""
            while len(got) < 40:
                more = conn.recv(40 - len(got))
                if not more:
                    raise ConnectionError
                got += more
            if not hmac.compare_digest(got, want + self._token[:16]):
                raise ConnectionError
            conn.sendall(want + self._token[16:])
            conn.settimeout(None)
        except OSError:
            conn.close()
            return None
        return Plugin(conn, handle, threads)


def offered(environ=os.environ):
    """The listener that the host offers to call, or None. Takes the token out of the environment."""
    token, folder = environ.pop("DOUGONG_FRAMES", ""), environ.get("PLUGIN_UNIX_SOCKET_DIR", "")
    if not token or not folder:
        return None
    try:
        key = bytes.fromhex(token)
        return Listener(os.path.join(folder, "frames"), key) if len(key) == 32 else None
    except (ValueError, OSError):
        return None
