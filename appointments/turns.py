"""One request at a time runs Python; the others go on while it waits for the disk or a lock.

Python runs one thread at a time anyway. When several of them want to, they hand over at every
query, some 25 times a request, and each time wait for the processor: with 16 desks that never
pause, answers took twice as long as the work in them. So a thread has its turn for a whole
request, and lends it to others (`waiting`) for as long as it would only wait.

On SQLite only: with PostgreSQL a query is a wait by itself, and there are several processes.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class FairLock:
    """A lock that is handed from thread to thread in the order of asking."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._busy = False
        self._queue: deque[threading.Lock] = deque()

    def take_if_free(self) -> bool:
        """Take it if nobody has it; says whether."""
        with self._guard:
            is_free = not self._busy
            self._busy = True
            return is_free

    def take(self, *, first: bool = False) -> None:
        """Wait until it is this thread's; `first` goes to the head of the queue."""
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            place = threading.Lock()
            place.acquire()
            if first:
                self._queue.appendleft(place)
            else:
                self._queue.append(place)
        place.acquire()

    def give_back(self) -> None:
        """Let the next thread have it."""
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._busy = False


_turn = FairLock()
_thread = threading.local()


def in_turn(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wrap a WSGI application so that each request has a turn of its own."""

    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _turn.take()
        _thread.has_turn = True
        try:
            return application(environ, start_response)
        finally:
            _thread.has_turn = False
            _turn.give_back()

    return served


@contextmanager
def waiting() -> Iterator[None]:
    """Lend this thread's turn to others while it only waits; after that it is the next.

    One inside another lends nothing more: there is only one turn to lend.
    """
    if not getattr(_thread, "has_turn", False):
        yield
        return
    _thread.has_turn = False
    _turn.give_back()
    try:
        yield
    finally:
        _turn.take(first=True)
        _thread.has_turn = True
