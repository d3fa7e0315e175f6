"""Kernels of losses of a few sums: one pass adds up for each class, another spreads the slopes."""

from functools import lru_cache
from typing import Any

from lossary.errors import LossError
from lossary.expressions import Expression, constant, parameter
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.entries import Block, block
from lossary.kernels.c.library import MOST
from lossary.kernels.c.words import known
from lossary.kernels.layout import WHOLE, Folded, Seen, folded
from lossary.kernels.prepared import Prepared, Stream, extras, prepared, settings

CLASSES = 1024
"""The most classes: the driver has room for the sums of so many."""

Graphs = tuple[tuple[str, Expression], ...]


def shape(loss: Any, name: str, place: int, first: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of the "counts", or of all "sums", for a prediction of this shape."""
    heads = first[:1] if loss.averaged else ()
    if name == "counts":
        return heads
    classes = first[-1:] if _trailing(loss, place)[0] else ()
    return (len(loss.traced(place).contributions), *heads, *classes)


def prepare(
    loss: Any,
    wants: tuple[str, ...],
    precision: str,
    arrays: tuple[Seen, ...],
    written: dict[str, Seen],
    weight: Seen | None = None,
    mask: Seen | None = None,
    mean: bool = False,
    place: int = 0,
) -> Prepared | None:
    """Make a kernel for arrays like these; None where the definition must serve, or a copy.

    With `wants` of ("sums",) it adds up; of ("slopes",), it is handed the slope of the loss in each
    sum, and writes that in each entry of the prediction.
    """
    graphs = outputs(loss, wants, place)
    if graphs is None:
        return None
    rows = _trailing(loss, place)
    items = arrays[0].shape[-1] if rows[0] else 1
    if not 1 <= items <= CLASSES:
        return None
    seen = list(zip(arrays, rows, strict=True))
    if any(row < rows[0] and array.kind not in WHOLE for array, row in seen):
        return None
    if "slopes" in wants:
        seen.append((written["slopes"], rows[0]))
    entries = [array.leading if row else array for array, row in seen]
    given = [each for each in (weight, mask) if each is not None]
    found = folded([*entries, *given], kept=int(loss.averaged))
    if found is None:
        return None
    streams = [
        Stream(at, steps, array.kind, 0, array.steps[-1] if row else 0, row < rows[0])
        for at, ((array, row), steps) in enumerate(zip(seen, found.steps, strict=False))
    ]
    w, m = extras(weight, mask, found.steps[len(seen) :])
    return _ready(loss, place, precision, graphs, found, streams, items, w, m)


def outputs(loss: Any, wants: tuple[str, ...], place: int) -> Graphs | None:
    """Name the graphs that are wanted; None where C has no word for one of them, or no room."""
    try:
        rows, trace = _trailing(loss, place), loss.traced(place)
    except (LossError, AttributeError, TypeError):
        return None  # the formula asks for more than the numbers of one class
    graphs = tuple((f"sum{i}", node) for i, node in enumerate(trace.contributions))
    if "slopes" in wants:
        total = constant(0.0)
        for name, slope in zip(_coefficients(loss, place), trace.slopes, strict=True):
            total = total + parameter(name) * slope
        graphs = (("slopes", total),)
    fits = len(rows) <= 3 and len(trace.contributions) <= MOST and max(rows) <= rows[0] <= 1
    nodes = (node for _, graph in graphs for node in walk(graph))
    return graphs if fits and known(node for node in nodes if node.op not in LEAVES) else None


def _ready(
    loss: Any, place: int, precision: str, graphs: Graphs, found: Folded, streams: list[Stream],
    items: int, weight: Stream | None, mask: Stream | None,
) -> Prepared:  # fmt: skip
    trace, sloped = loss.traced(place), graphs[0][0] == "slopes"
    made, used = _written(loss, graphs, place)
    pairs = list(zip(trace.arrays, streams, strict=False))
    reading = [stream for name, stream in pairs if name in used]
    nothing = Stream(0, (0, 0), 0)
    writing = [_first(streams[-1])] if sloped else [nothing for _ in graphs]
    sides = _coefficients(loss, place) if sloped else ()
    values = settings(loss, made.settings, trace.parameters)
    return prepared(
        made, precision, values, found, reading, writing, sums=0 if sloped else len(graphs),
        items=items, sides=len(sides), counts=True, apart=loss.averaged, weight=weight, mask=mask,
    )  # fmt: skip


def written_block(loss: Any, wants: tuple[str, ...], place: int) -> Block | None:
    """Write the C of one of the passes; None where C has no word for it."""
    graphs = outputs(loss, wants, place)
    return None if graphs is None else _written(loss, graphs, place)[0]


def _written(loss: Any, graphs: Graphs, place: int) -> tuple[Block, set[str]]:
    """Write the C, and name the arrays it reads: Dice's slopes need the target alone."""
    trace, rows = loss.traced(place), _trailing(loss, place)
    used = {str(node.args[0]) for _, g in graphs for node in walk(g) if node.op == "symbol"}
    names = tuple(name for name in trace.arrays if name in used)
    sides = _coefficients(loss, place) if graphs[0][0] == "slopes" else ()
    pairs = zip(trace.arrays, rows, strict=True)
    labels = frozenset(name for name, row in pairs if row < rows[0] and name in used)
    return block(type(loss).__name__, graphs, names, sides, labels), used


def _first(stream: Stream) -> Stream:
    """Return the same stream, as that of the first pointer."""
    return Stream(0, stream.steps, stream.kind, stream.offset, stream.item)


def _coefficients(loss: Any, place: int) -> tuple[str, ...]:
    return tuple(f"slope_of_sum{i}" for i in range(len(loss.traced(place).contributions)))


@lru_cache(maxsize=1024)
def _trailing(loss: Any, place: int) -> tuple[int, ...]:
    """Say for each array how many axes it has behind those of the entries."""
    return tuple(each.trailing(loss.entries) for each in loss.sentences[place].inputs)
