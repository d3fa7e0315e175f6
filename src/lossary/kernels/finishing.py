"""What a loss makes of its sums, and its slopes in them, as a kernel of a few numbers.

By the framework's operations this takes longer than all the entries of a small batch.
"""

from typing import Any

from lossary.core.trace import Finish, trace_finish
from lossary.errors import LossError
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.entries import Block, block
from lossary.kernels.c.library import MOST
from lossary.kernels.c.words import known
from lossary.kernels.layout import KINDS, SIZES, Folded
from lossary.kernels.prepared import Prepared, Stream, prepared, settings


def prepare(loss: Any, precision: str, images: int, classes: int) -> Prepared | None:
    """Make a kernel for sums as `pooled` gives them; None where the definition must finish.

    It reads the sums and counts in one row of memory, (sums, images, classes) and (images), and
    writes slopes laid out as the sums are. Its result is the sum of the values, and what they
    count.
    """
    trace = _trace(loss)
    if trace is None:
        return None
    kind, count = KINDS[precision], len(trace.slopes)
    size, places = SIZES[kind], images * classes
    steps = (classes * size, size)
    reading = [Stream(0, steps, kind, i * places * size) for i in range(count)]
    reading.append(Stream(0, (size, 0), kind, count * places * size))
    writing = [Stream(0, (0, 0), 0)] * 2 + [
        Stream(1, steps, kind, i * places * size) for i in range(count)
    ]
    made = _written(loss, trace)
    values = settings(loss, made.settings, trace.parameters)
    each = Folded(images, classes, ())
    return prepared(made, precision, values, each, reading, writing, sums=2)


def written_blocks(loss: Any) -> list[Block]:
    """Write the C, if there is any."""
    trace = _trace(loss)
    return [] if trace is None else [_written(loss, trace)]


def _written(loss: Any, trace: Finish) -> Block:
    graphs = [("value", trace.value), ("counted", trace.counted)]
    graphs += [(f"slope{i}", slope) for i, slope in enumerate(trace.slopes)]
    return block(f"{type(loss).__name__}, finished", tuple(graphs), trace.arrays)


def _trace(loss: Any) -> Finish | None:
    try:
        trace = trace_finish(loss)
    except (LossError, AttributeError, TypeError):
        return None  # the formula asks for more than the sums of one class
    nodes = list(walk(trace.value, trace.counted, *trace.slopes))
    words = known(node for node in nodes if node.op not in LEAVES)
    fits = len(trace.slopes) + 2 <= MOST and not any(node.ndim for node in nodes)
    return trace if words and fits else None
