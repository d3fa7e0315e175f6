"""Which of a candidate's settings is which parameter of a family, and which are not known."""

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass
from typing import Any

from lossary.verifier.likeness.family import Family

SILENT = frozenset(
    re.findall(
        r"\w+",
        """
    eps epsilon reduction reduce size_average name dtype inplace dim axis n_classes
    num_classes ignore_index from_logits log_input full with_logits logits average keepdims
    keepdim log_target ndim verbose apply_sigmoid apply_softmax sigmoid softmax use_sigmoid
    n_class classes c k ignore_class avg_factor loss_weight loss_reduction margin_eps eps_
    tol tiny
    """,
    )
)
"""Settings that do not change which loss it is, or that the readings tell apart by themselves."""
STABILISERS, TINY = ("eps", "epsilon"), 1e-4
"""So small a number keeps a logarithm finite, whatever else the name may stand for."""


@dataclass(frozen=True)
class Mapped:
    """How a candidate's arrays and settings stand to a family's."""

    order: tuple[str, ...]
    """The arguments' names in the order of the family's slots."""
    parameters: dict[str, Any]
    """Ours -> value, as far as a setting tells it."""
    spelt: dict[str, str]
    """Ours -> theirs."""
    changes: tuple[tuple[str, Any, dict[str, Any]], ...]
    """(their setting, another value, our parameters then), one for each that is mapped."""
    unknown: tuple[str, ...]
    """Their settings that may change the loss and that nothing here knows."""
    written: tuple[float, ...]
    """The numbers that stand in its code."""

    @property
    def complete(self) -> bool:
        return not self.unknown


def mapped(subject: Any, family: Family) -> Mapped | None:
    """Map a candidate to a family; None where it takes other arrays."""
    order = _order(subject.contract, family)
    if order is None:
        return None
    settings = dict(subject.candidate.settings)
    spelt = {ours: theirs for ours in family.parameters if (theirs := _of(ours, family, settings))}
    parameters = {ours: _turned(family, ours, settings[theirs]) for ours, theirs in spelt.items()}
    changes = tuple(
        (theirs, value, {**parameters, ours: _turned(family, ours, value)})
        for ours, theirs in spelt.items()
        if family.parameters[ours].turns and (value := _other(settings[theirs])) is not None
    )
    unknown = [
        name
        for name, value in settings.items()
        if name not in spelt.values() and not _harmless(name, value)
    ]
    return Mapped(order, parameters, spelt, changes, tuple(unknown), _numbers(subject.candidate))


def _harmless(name: str, value: Any) -> bool:
    return name.lower().strip("_") in SILENT or (isinstance(value, (bool, str)) or value is None)


def _of(ours: str, family: Family, settings: dict[str, Any]) -> str | None:
    """Find their spelling: numbers only, for a weight may be an array."""
    for name in (ours, *family.parameters[ours].spellings):
        for theirs, value in settings.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if theirs.lower().strip("_") == name and number:
                steady = name in STABILISERS and 0 < value <= TINY
                return None if steady and family.parameters[ours].turns else theirs
    return None


def _turned(family: Family, ours: str, value: float) -> float:
    return family.parameters[ours].turned(value)


def _other(value: float) -> float | None:
    """Choose another value of a setting that any loss can bear: shares stay shares."""
    if 0 < value < 1:
        return 0.2 if value > 0.4 else 0.7
    return value + 0.5 if value >= 1 else 0.3 if value == 0 else None


def _order(contract: Any, family: Family) -> tuple[str, ...] | None:
    arguments = [each for each in contract.arguments if each.role not in ("weight", "mask")]
    if len(arguments) != len(family.slots):
        return None
    if not any(slot.hints for slot in family.slots):
        told = sorted(arguments, key=lambda each: each.role == "target")
        return tuple(each.name for each in (told if len(arguments) == 2 else arguments))
    left = [each.name for each in sorted(arguments, key=lambda each: each.role == "target")]
    chosen: dict[str, str] = {}
    for slot in family.slots:
        hit = next((n for n in left if any(hint in n.lower() for hint in slot.hints)), None)
        if hit is not None:
            chosen[slot.name] = hit
            left.remove(hit)
    return tuple(chosen.get(slot.name) or left.pop(0) for slot in family.slots)


def _numbers(candidate: Any) -> tuple[float, ...]:
    """Return the numbers that stand in the candidate's code: one of them may be a parameter."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(candidate.given)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return ()
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = {float(each) for each in values if type(each) is int or type(each) is float}
    return tuple(sorted(found))[:8]


def shown(parameters: dict[str, Any]) -> str:
    """Write parameters as a call does: delta=1, alpha=None."""
    parts = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in parameters.items()
    ]
    return re.sub(r"\s+", " ", ", ".join(parts))
