"""The calls that have not returned, which the host asks for after it has given one up."""
from __future__ import annotations

import contextlib
import threading


class Running:
    """The numbers of calls under way, by whatever path they came."""

    def __init__(self):
        self._lock = threading.Lock()
        self._calls: set[int] = set()

    @contextlib.contextmanager
    def during(self, call: int):
        """The call is under way within this."""
        with self._lock:
            self._calls.add(call)
        try:
            yield
        finally:
            with self._lock:
                self._calls.discard(call)

    def numbers(self) -> list[int]:
        with self._lock:
            return sorted(self._calls)
