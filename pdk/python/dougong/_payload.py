"""Payloads: a JSON value and byte attachments, which the JSON refers to as {"$blob": n}."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ._errors import Code, Error

MAX_PAYLOAD = 64 << 20  # bytes, JSON and attachments together
MAX_BLOBS = 4096

_MARK = '{"$blob":'


@dataclass
class Payload:
    """Arguments or a result as they cross the wire, for methods that are registered with raw=True."""

    json: bytes = b""
    blobs: list[bytes] = field(default_factory=list)

    def size(self) -> int:
        return len(self.json) + sum(map(len, self.blobs))


def decode(payload: Payload) -> Any:
    """The payload as a Python value; attachments are bytes."""
    if not payload.json:
        return None

    def fill(value: dict) -> Any:
        if len(value) != 1 or "$blob" not in value:
            return value
        n = value["$blob"]
        if type(n) is not int or not 0 <= n < len(payload.blobs):
            raise Error(Code.INVALID_PARAMS, "invalidParams",
                        f'{{"$blob": {n}}} has no attachment; there are {len(payload.blobs)}')
        return payload.blobs[n]

    try:
        return json.loads(payload.json, object_hook=fill if payload.blobs or b'"$blob"' in payload.json else None)
    except RecursionError:
        raise Error(Code.INVALID_PARAMS, "invalidParams", "the JSON is nested too deeply") from None
    except ValueError as failure:
        raise Error(Code.INVALID_PARAMS, "invalidParams", f"not valid JSON: {failure}") from None


def encode(value: Any) -> Payload:
    """A Python value as a payload; bytes, bytearray and memoryview become attachments."""
    if isinstance(value, Payload):
        return _checked(value)
    blobs: list[bytes] = []

    def attach(part: Any) -> Any:
        if isinstance(part, (bytes, bytearray, memoryview)):
            blobs.append(bytes(part))
            return {"$blob": len(blobs) - 1}
        raise TypeError(f"{type(part).__name__} is neither JSON nor bytes")

    text = json.dumps(value, default=attach, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A string cannot hold the mark, as its quotes are escaped.
    if text.count(_MARK) != len(blobs):
        raise ValueError('an object with the only key "$blob" stands for bytes; pass the bytes themselves')
    try:
        return _checked(Payload(text.encode(), blobs))
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can tell
        return _checked(Payload(_escaped(value, len(blobs)), blobs))


def _escaped(value: Any, count: int) -> bytes:
    numbers = iter(range(count))
    return json.dumps(value, default=lambda _: {"$blob": next(numbers)}, separators=(",", ":")).encode()


def _checked(payload: Payload) -> Payload:
    if len(payload.blobs) > MAX_BLOBS:
        raise Error(Code.TOO_LARGE, "tooLarge", f"{len(payload.blobs)} attachments, at most {MAX_BLOBS} are allowed")
    if payload.size() > MAX_PAYLOAD:
        raise Error(Code.TOO_LARGE, "tooLarge",
                    f"payload of {payload.size()} bytes, at most {MAX_PAYLOAD} are allowed; send it in parts")
    return payload
