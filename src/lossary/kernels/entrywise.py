"""Kernels of losses that see one entry at a time: value, slopes and curvatures in one pass."""

from typing import Any

from lossary.expressions import Expression
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.entries import Block, block
from lossary.kernels.c.library import MOST
from lossary.kernels.c.words import known
from lossary.kernels.layout import Seen, folded
from lossary.kernels.prepared import Prepared, Stream, extras, prepared, settings

VALUE, SLOPES, CURVATURES = range(3)
"""Which pointer each output goes to."""


def outputs(loss: Any, wants: tuple[str, ...]) -> tuple[tuple[str, Expression], ...] | None:
    """Name the graphs that are wanted; None where C has no word for one of them."""
    trace = loss.traced()
    parts = loss.components or ("",)
    found = [("value", trace.value)] if "value" in wants else []
    for want, nodes in (("slopes", trace.slopes), ("curvatures", trace.curvatures)):
        if want in wants:
            found += [
                (f"{want}_{part}".rstrip("_"), node)
                for part, node in zip(parts, nodes, strict=True)
            ]
    nodes = [node for _, node in found]
    if len(found) > MOST or len(trace.arrays) > MOST or any(node.ndim for node in nodes):
        return None
    return tuple(found) if known(n for n in walk(*nodes) if n.op not in LEAVES) else None


def written_block(loss: Any, wants: tuple[str, ...]) -> Block | None:
    """Write the C that computes what is wanted; None where C has no word for it."""
    graphs = outputs(loss, wants)
    return None if graphs is None else _written(loss, graphs)


def _written(loss: Any, graphs: tuple[tuple[str, Expression], ...]) -> Block:
    return block(type(loss).__name__, graphs, loss.traced().arrays)


def prepare(
    loss: Any,
    wants: tuple[str, ...],
    precision: str,
    arrays: tuple[Seen, ...],
    written: dict[str, Seen],
    weight: Seen | None = None,
    mask: Seen | None = None,
    mean: bool = False,
) -> Prepared | None:
    """Make a kernel for arrays like these; None where the definition must serve, or a copy.

    `written` holds the arrays that outputs go to; a value that is not among them is summed up.
    """
    graphs = outputs(loss, wants)
    if graphs is None or len(arrays) != 2:
        return None
    made = _written(loss, graphs)
    several = bool(loss.components)
    entries = [arrays[0].leading if several else arrays[0], arrays[1]]
    into = {
        want: seen.leading if several and want != "value" else seen
        for want, seen in written.items()
    }
    given = [each for each in (weight, mask) if each is not None]
    found = folded([*entries, *into.values(), *given])
    if found is None:
        return None
    steps, reading, writing = list(found.steps), [], []
    first = arrays[0]
    for i in range(max(len(loss.components), 1)):
        offset = i * first.steps[-1] if several else 0
        reading.append(Stream(0, steps[0], first.kind, offset))
    reading.append(Stream(1, steps[1], arrays[1].kind))
    places = dict(zip(into, steps[2:], strict=False))
    for name, _ in graphs:
        want = name.partition("_")[0]
        base = {"value": VALUE, "slopes": SLOPES, "curvatures": CURVATURES}[want]
        if want not in written:
            writing.append(Stream(base, (0, 0), 0))
            continue
        count = sum(each.base == base for each in writing)
        offset = count * written[want].steps[-1] if several and want != "value" else 0
        writing.append(Stream(base, places[want], written[want].kind, offset))
    w, m = extras(weight, mask, steps[2 + len(into) :])
    summed = int("value" in wants and "value" not in written)
    values = settings(loss, made.settings, loss.traced().parameters)
    return prepared(
        made, precision, values, found, reading, writing, sums=summed, mean=mean, weight=w, mask=m
    )
