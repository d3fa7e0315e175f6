"""Which losses this target can serve: what their arrays look like, and what they are made of."""

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from lossary.core.elementwise import Elementwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise
from lossary.errors import LossError
from lossary.expressions import Expression
from lossary.expressions.graph import walk
from lossary.kernels.triton.words import ENTRIES

ROWS = frozenset(
    {"row", "sum", "mean", "logsumexp", "log_softmax", "pick", "one_hot", "count", *ENTRIES}
)
"""What a formula of rows may be made of."""


@lru_cache(maxsize=1024)
def served(loss: Any, place: int) -> bool:
    """Say whether a kernel can be made of this loss, for arrays of the sentence at `place`."""
    known_kind = isinstance(loss, (Elementwise, Rowwise, RatioOfSums))
    if not known_kind or find_spec("triton") is None:
        return False
    try:
        graphs = _graphs(loss.traced(place))
    except (LossError, AttributeError, TypeError):  # a formula that reads more than symbols offer
        return False
    known = ROWS if isinstance(loss, Rowwise) else ENTRIES
    return _fits(loss, place) and all(each.op in known for each in walk(*graphs))


def labelled(loss: Any, place: int) -> tuple[str, ...]:
    """Name the arrays of labels."""
    pairs = zip(loss.names, loss.domains[place], strict=True)
    return tuple(name for name, domain in pairs if domain.integer)


def trailing(loss: Any, place: int) -> dict[str, int]:
    """Say for each array whether it has an axis behind those of the entries."""
    inputs = loss.sentences[place].inputs
    return {n: p.trailing(loss.entries) for n, p in zip(loss.names, inputs, strict=True)}


def _graphs(trace: Any) -> tuple[Expression, ...]:
    if hasattr(trace, "contributions"):
        return *trace.contributions, *trace.slopes
    share = () if trace.share is None else (trace.share,)
    return trace.value, *trace.slopes, *trace.curvatures, *share


def _fits(loss: Any, place: int) -> bool:
    """Say whether arrays have at most one axis behind those of the entries, and the same one."""
    inputs = loss.sentences[place].inputs
    first, *others = trailing(loss, place).values()
    if isinstance(loss, Elementwise):
        return first == bool(loss.components) and not any(others)
    ends = {each.axes[-1] for each in inputs if each.trailing(loss.entries)}
    return max(first, *others) <= 1 and len(ends) <= 1
