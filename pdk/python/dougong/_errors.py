"""Failures with a stable code."""
from __future__ import annotations

import enum
import json
from typing import Any


class Code(enum.IntEnum):
    """The platform's codes. A contract's own are 10000 and above."""

    INTERNAL = 1  # failed in a way that the contract does not name
    INVALID_PARAMS = 2  # the arguments do not fit the contract
    INVALID_RESULT = 3  # the answer does not fit the contract
    UNSUPPORTED = 4  # no provider, or it does not have this method
    DENIED = 5  # the user or a policy refused
    DOMAIN = 6  # the address is not on the allow-list
    QUOTA = 7  # a storage, rate or size limit is reached
    TIMEOUT = 8  # the call's deadline passed
    CANCELED = 9  # the caller gave up
    UNAVAILABLE = 10  # trying again may help
    TOO_LARGE = 11  # the payload is over a limit
    VETOED = 12  # a guard refused
    TRACE = 13  # the evidence trace cannot take the record
    NOT_FOUND = 14  # the thing named does not exist
    BUSY = 15  # too many calls are under way
    CORRUPT = 16  # stored data fails its integrity check
    CONFIG = 17  # the plugin refuses its configuration


class Error(Exception):
    """A failure that reaches the caller as it is: code, short name, message, and data (JSON), if any.

    The message says what happened, to which thing, and how to mend it.
    """

    def __init__(self, code: int, name: str, message: str, data: Any = None):
        super().__init__(f"{message} ({name}, code {int(code)})")
        self.code, self.name, self.message, self.data = int(code), name, message, data

    def data_bytes(self) -> bytes:
        """The data as it crosses the wire."""
        if self.data is None:
            return b""
        return json.dumps(self.data, separators=(",", ":")).encode()


def parse_data(data: bytes) -> Any:
    """The data of an error that has crossed the wire; None if it is not the JSON that it should be."""
    try:
        return json.loads(data) if data else None
    except ValueError:
        return None


def as_error(failure: BaseException) -> Error:
    """Any exception as one that can cross the wire."""
    if isinstance(failure, Error):
        return failure
    if isinstance(failure, TimeoutError):
        return Error(Code.TIMEOUT, "timeout", str(failure) or "timed out")
    return Error(Code.INTERNAL, "internal", f"{type(failure).__name__}: {failure}")
