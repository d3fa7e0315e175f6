"""Kernels of losses of whole rows: value and slopes of a row while it is near."""

import ctypes
from typing import Any

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.library import RowPlan, loaded, row_driver
from lossary.kernels.c.rows import KNOWN, RowBlock, row_block
from lossary.kernels.c.schedule import Inputs
from lossary.kernels.c.words import known
from lossary.kernels.layout import KINDS, SIZES, WHOLE, Folded, Seen, folded
from lossary.kernels.prepared import LARGE, Prepared, Stream, extras, settings
from lossary.kernels.shortcuts import shortened

SHORT, LONGEST = 32, 256
"""Columns up to which rows stand side by side: when each row lies in one piece, and when not."""


def written_block(loss: Any, wants: tuple[str, ...], place: int, tile: bool) -> RowBlock | None:
    """Write the C for a long row, or for a tile of short ones; None where C has no word for it."""
    graphs = _graphs(loss, wants, place)
    if graphs is None:
        return None
    title, inputs = type(loss).__name__, _inputs(loss, place)
    return row_block(title, graphs, inputs, tile, loss.share_removes)


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
    """Make a kernel for arrays like these; None where the definition must serve, or a copy."""
    inputs, k = _inputs(loss, place), arrays[0].shape[-1]
    near = abs(arrays[0].steps[-1]) <= 8
    tile = k <= (SHORT if near else LONGEST)
    made = written_block(loss, wants, place, tile)
    if made is None or not 1 <= k < 2**31 or len(arrays) > 3:
        return None
    size = SIZES[KINDS[precision]]
    if any(each.kind < 2 and any(step % size for step in each.steps) for each in arrays):
        return None  # fields of a record: a number does not begin where the one before it ends
    rows = len(inputs.rows)
    # The driver wants rows first, then numbers, then labels; a stream knows whose pointer it has.
    order = [loss.names.index(name) for name in (*inputs.rows, *inputs.numbers, *inputs.labels)]
    marks = order[len(order) - len(inputs.labels) :] if inputs.labels else []
    if any(arrays[i].kind not in WHOLE for i in marks):
        return None
    leading = [arrays[i].leading if at < rows else arrays[i] for at, i in enumerate(order)]
    into = {name: seen.leading if name == "slopes" else seen for name, seen in written.items()}
    given = [each for each in (weight, mask) if each is not None]
    found = folded([*leading, *into.values(), *given])
    if found is None:
        return None
    steps = list(found.steps)
    reading = [
        Stream(i, steps[at], arrays[i].kind, item=arrays[i].steps[-1] if at < rows else 0)
        for at, i in enumerate(order)
    ]
    w, m = extras(weight, mask, steps[len(order) + len(into) :])
    places = dict(zip(into, steps[len(order) :], strict=False))
    streams = {
        name: Stream(0, places[name], seen.kind, item=seen.steps[-1] if name == "slopes" else 0)
        for name, seen in written.items()
    }
    values = settings(loss, made.settings, loss.traced(place).parameters)
    plan = _plan(made, inputs, found, k, tile, reading, streams, w, m)
    plan.mean, plan.valued = mean, "value" in wants
    return _ready(plan, made, values, precision)


def _graphs(
    loss: Any, wants: tuple[str, ...], place: int
) -> tuple[tuple[str, Expression], ...] | None:
    trace = loss.traced(place)
    found = [("value", trace.value)] if "value" in wants else []
    if trace.share is not None:
        found.append(("share", trace.share))
    if "slopes" in wants:
        found.append(("slopes", trace.slopes[0]))
    if "curvatures" in wants:  # shaped as slopes are, and written where they would be
        found.append(("slopes", trace.curvatures[0]))
    graphs = tuple((name, shortened(node)) for name, node in found)
    nodes = list(walk(*(node for _, node in graphs)))
    words = (node for node in nodes if node.op not in LEAVES and node.op not in KNOWN)
    labels = (node.args[1] for node in nodes if node.op == "pick")
    fits = all(node.ndim == (name == "slopes") for name, node in graphs)
    plain = all(label.op == "symbol" for label in labels)
    return graphs if fits and plain and known(words) else None


def _inputs(loss: Any, place: int) -> Inputs:
    rows: list[str] = []
    numbers: list[str] = []
    labels: list[str] = []
    domains, patterns = loss.domains[place], loss.sentences[place].inputs
    for name, domain, pattern in zip(loss.names, domains, patterns, strict=True):
        kind = rows if pattern.trailing(loss.entries) else labels if domain.integer else numbers
        kind.append(name)
    return Inputs(tuple(rows), tuple(numbers), tuple(labels))


def _plan(
    made: RowBlock, inputs: Inputs, found: Folded, k: int, tile: bool, reading: list[Stream],
    streams: dict[str, Stream], weight: Stream | None, mask: Stream | None,
) -> Any:  # fmt: skip
    plan = RowPlan(
        outer=found.outer, inner=found.inner, k=k, rows=len(inputs.rows),
        numbers=len(inputs.numbers), labels=len(inputs.labels), tile=tile, rooms=made.rooms,
        weighted=weight is not None, masked=mask is not None, sloped="slopes" in streams,
    )  # fmt: skip
    for i, each in enumerate(reading):
        plan.reading[i] = each.walk()
    for name, stream in (*streams.items(), ("weight", weight), ("mask", mask)):
        if stream is not None:
            setattr(plan, name, stream.walk())
    return plan


def _ready(plan: Any, made: RowBlock, values: Any, precision: str) -> Prepared:
    real = ctypes.c_float if precision == "float32" else ctypes.c_double
    tables = [(real * len(table))(*table) for table in made.tables]
    pointers = (ctypes.c_void_p * max(len(tables), 1))(*map(ctypes.addressof, tables))
    plan.settings, plan.tables = ctypes.addressof(values), ctypes.addressof(pointers)
    address = loaded(made, precision)
    large = plan.outer * plan.inner * plan.k >= LARGE
    held = (plan, values, tables, pointers)
    return Prepared(row_driver(precision), address, ctypes.addressof(plan), large, held)
