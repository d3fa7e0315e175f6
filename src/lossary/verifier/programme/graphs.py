"""Finds what a loss keeps of the graphs of its calls: memory that grows with every step."""

from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Batch
from lossary.verifier.programme.remaking import anew, containers

CALLS, DEEP, MANY = 4, 5, 2000
"""How often it is called; how far into what it holds, and into how much, is looked."""


def growing(subject: Any, one: Batch, other: Batch) -> dict[str, list[int]]:
    """Return by name how many steps of graphs are kept after each call, where they only grow."""
    if subject.host.graph(()) is None or not subject.differentiable:
        return {}
    try:
        subject = anew(subject)
    except Unchangeable:
        if not hasattr(subject.candidate.given, "__code__"):
            return {}
    counts: dict[str, list[int]] = {}
    for call in range(CALLS):
        _called(subject, other if call % 2 else one)
        for name, found in _held(subject).items():
            arrays = list(_arrays(subject.host, found, 0, set()))
            counts.setdefault(name, []).append(subject.host.graph(arrays))
    return {name: each for name, each in counts.items() if _grows(each)}


def _called(subject: Any, batch: Batch) -> None:
    try:
        subject.slope(batch)
    except CandidateError:  # as where a graph that is freed is gone through again
        return


def _grows(counts: list[int]) -> bool:
    """Say whether each call but the first, which may fill a cache, adds to what is kept."""
    later = counts[1:]
    return len(later) > 1 and all(a < b for a, b in pairwise(later))


def _held(subject: Any) -> dict[str, list[Any]]:
    """Return what a loss holds by name; of a function, the lists and tables that it can reach."""
    call, live = subject.candidate.call, subject.candidate.live
    if hasattr(live, "__code__"):
        return {"a list or a table": list(containers(live))}
    found: dict[str, list[Any]] = {}
    for loss in (live, *getattr(call, "versions", {}).values()):
        for name, each in vars(loss).items() if hasattr(loss, "__dict__") else ():
            found.setdefault(name, []).append(each)
    return found


def _arrays(host: Any, found: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    """Yield the framework's arrays in an object, its containers and its parts."""
    if depth > DEEP or id(found) in seen or len(seen) > MANY:
        return
    seen.add(id(found))
    if host.owns(found):
        yield found
        return
    for each in _inside(found):
        yield from _arrays(host, each, depth + 1, seen)


def _inside(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return list(found.values())
    if isinstance(found, list | tuple | set | deque):
        return list(found)
    plain = isinstance(found, type) or callable(getattr(found, "__get__", None))
    return [] if plain or not hasattr(found, "__dict__") else list(vars(found).values())
