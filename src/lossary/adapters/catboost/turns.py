"""Turns among CatBoost's threads: thousands of short calls go faster one after the other."""

from threading import get_ident
from time import perf_counter, sleep

_IDLE = 2e-5  # seconds after which nobody seems to be asking
_NAP = 1e-4


class Turns:
    """One thread goes on asking for as long as it does; the others nap until it has finished.

    Threads that want the interpreter at once wake each other at every call, which takes longer than
    the calls. Nobody waits for ever: who has not asked for a moment has lost the turn.
    """

    def __init__(self) -> None:
        self.owner, self.last = 0, 0.0

    def take(self) -> None:
        """Return when it is the calling thread's turn."""
        mine = get_ident()
        while self.owner != mine:
            if perf_counter() - self.last > _IDLE:
                self.owner = mine
            else:
                sleep(_NAP)
        self.last = perf_counter()
