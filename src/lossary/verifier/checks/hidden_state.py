"""Check 30: a call leaves nothing behind for the next one."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.programme.calls import by_chance, eager
from lossary.verifier.programme.graphs import growing
from lossary.verifier.programme.keeping import Kept, kept
from lossary.verifier.rule import check

CLEARING = ("reset", "clear", "flush", "compute", "result", "epoch_end", "reset_states")
"""Methods that tell of something piled up on purpose, until they are called."""


@check(
    number=30,
    reason="A loss that remembers gives other numbers in validation than in training, after a"
    " restart, and for every order of the batches; one that keeps the graphs of its calls fills"
    " the memory.",
    rule="FAIL where the value of a batch hangs on calls before, or where graphs are kept and each"
    " call adds one; WARN where a counter of steps does it, an average that no checkpoint keeps,"
    " or graphs that a method clears; INFO for averages in buffers.",
    evidence=("pytorch#130193",),
)
def hidden_state(subject: Any) -> Iterable[Finding]:
    """The same batch costs the same after other batches."""
    subject = eager(subject)
    one, other = subject.draw(0), subject.draw(1)
    graphs = growing(subject, one, other)
    if graphs:
        yield _dragging(subject, graphs, one, other)
        return
    if by_chance(subject, one):
        return
    found = kept(subject, one, other)
    if found is None:
        return
    if found.averages and found.buffers:
        names = ", ".join(found.names)
        yield info(f"It keeps {names} between calls: its value hangs on the batches before.")
        return
    yield _finding(subject, found, one, other)


def _dragging(subject: Any, graphs: dict[str, list[int]], one: Any, other: Any) -> Finding:
    clears = any(callable(getattr(subject.candidate.live, each, None)) for each in CLEARING)
    name, steps = next(iter(graphs.items()))
    return (warn if clears else fail)(
        f"{name} keeps the graph of every call: each adds {steps[-1] - steps[-2]} steps to it, and"
        " memory grows until none is left.",
        subject.example(
            subject.call(one),
            subject.call(other, says="another batch; what the first has left is still held"),
            expected=f"a {name} without a graph",
        ),
        cause="a loss is put aside for plotting or an average as the tensor that it is",
        mend="put the number aside: loss.item(), or loss.detach()",
    )


def _finding(subject: Any, found: Kept, one: Any, other: Any) -> Finding:
    meant = (found.averages or found.clocks) and not _piles_up(found)
    by = f" (it changes {', '.join(found.names)})" if found.names else ""
    told = warn if meant else fail
    calls = (
        subject.call(one, says="a fresh loss"),
        subject.call(other, says="another batch"),
        subject.call(one, says="the first batch again"),
    )
    return told(
        f"The same batch costs {_short(found.first)} at first and {_short(found.after)} after"
        f" another batch has come between{by}.",
        subject.example(*calls, expected=f"{_short(found.first)} both times"),
        cause="something is kept from call to call: a cache filled by the first batch, a mutable"
        " default argument, an average, a counter of steps",
        mend="compute it from the arrays of the call, or hand it over as an argument; what has to"
        " last belongs into a buffer that only training updates",
    )


def _piles_up(found: Kept) -> bool:
    """Say whether values are added up over calls."""
    first, after = np.sum(found.first), np.sum(found.after)
    return bool(abs(after) >= 2 * abs(first) - 1e-9 and abs(first) > 0 and not found.averages)


def _short(found: Any) -> str:
    return f"{np.ravel(found)[0]:.6g}"
