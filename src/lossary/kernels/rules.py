"""Rules of optimizers as kernels: from a rule's graphs to C, compiled and loaded."""

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from lossary.core import dispatch
from lossary.core.descent.rule import Entrywise
from lossary.core.descent.trace import RuleTrace, trace_rule
from lossary.errors import LossError, NotFoundError
from lossary.expressions import symbol
from lossary.expressions.graph import LEAVES, walk
from lossary.kernels.c.compiler import CompilerError
from lossary.kernels.c.entries import Block, block
from lossary.kernels.c.library import MOST, BlockError, loaded_step
from lossary.kernels.c.stages import fixed_nodes
from lossary.kernels.c.store import StoreError
from lossary.kernels.c.words import known
from lossary.kernels.plain import numbers
from lossary.kernels.prepared import settings
from lossary.kernels.switch import failed, refused

HEAD = """\
/* {rule}, as its formula becomes C.
   `real` is float or double, n the number of entries. A driver walks all arrays of a model: it
   reads any dtype, writes where weights and slots stand, and shares the work among threads. The
   functions r_… are those of maths32.h and maths64.h, beside it. */
"""


class Plan(NamedTuple):
    """The C of a rule, and the arrays it reads and writes, by their places.

    Read are the weight, the gradient and the slots; written are the change or the weight, and the
    slots. What stays as it is, is not written; what nobody asks for is not read.
    """

    block: Block
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    operations: int


class Kernel(NamedTuple):
    """A plan, compiled and loaded: the driver, and the block's address."""

    plan: Plan
    numbers: tuple[str, ...]
    driver: Any
    address: int

    def values(self, rule: Any, step: int, carried: Sequence[float]) -> Any:
        """Compute what depends on numbers alone, for the step after so many steps."""
        nodes = self.plan.block.settings
        known = rule.parameters() | dict(zip(rule.carried, carried, strict=True))
        known["step"] = float(step + 1)
        given = {name: known[name] for name in self.numbers}
        found = numbers(nodes, given)
        if found is None:
            return settings(SimpleNamespace(**given), nodes, self.numbers)
        return (ctypes.c_double * len(found))(*found)


def kernel(rule: Any, precision: str, fresh: bool) -> Kernel | None:
    """Return a kernel of this rule with plain numbers; None where the formula must serve.

    With `fresh` memory it writes the change and the slots; else the weight moved, and the slots.
    """
    if dispatch.state.broken is not None or not isinstance(rule, Entrywise):
        return None
    try:
        trace = trace_rule(rule)
    except LossError:
        return None  # it has words that a graph has not
    cls: Any = type(rule)
    return _kernel(cls, trace, precision, fresh)


def shown_rule(rule: Any) -> str:
    """Return the function in C that is compiled for a rule.

    Raises:
        NotFoundError: its formula serves everywhere.
    """
    try:
        single = isinstance(rule, Entrywise)
        plan = _plan(rule.label, trace_rule(rule), False) if single else None
    except LossError:
        plan = None
    if plan is None:
        raise NotFoundError(f"{rule.label} becomes no C: its formula serves everywhere.")
    return f"{HEAD.format(rule=repr(rule))}\n{plan.block.source}"


@lru_cache(maxsize=1024)
def _kernel(cls: Any, trace: RuleTrace, precision: str, fresh: bool) -> Kernel | None:
    plan = _plan(cls.__name__, trace, fresh)
    if plan is None:
        return None
    try:
        return Kernel(plan, trace.parameters, *loaded_step(plan.block, precision))
    except BlockError as error:
        refused(cls(), error)
    except (CompilerError, StoreError, OSError) as error:
        failed(error)
    return None


def _plan(title: str, trace: RuleTrace, fresh: bool) -> Plan | None:
    """Write the C; None where it has no word for an operation, or no room for so many arrays."""
    (_, change), *slots = trace.outputs
    first = ("change", change) if fresh else ("weight", symbol("weight") + change)
    graphs = [(name, node) for name, node in (first, *slots) if node is not symbol(name)]
    nodes = set(walk(*(node for _, node in graphs)))
    reads = [i for i, name in enumerate(trace.arrays) if symbol(name) in nodes]
    fixed = fixed_nodes([node for _, node in graphs])
    made = [node for node in nodes if node.op not in LEAVES and node not in fixed]
    if len(trace.arrays) > MOST or not known(made) or any(node.ndim for node in nodes):
        return None
    names = [first[0], *(name for name, _ in slots)]
    return Plan(
        block(title, tuple(graphs), tuple(trace.arrays[i] for i in reads)),
        tuple(reads),
        tuple(names.index(name) for name, _ in graphs),
        len(made),
    )
