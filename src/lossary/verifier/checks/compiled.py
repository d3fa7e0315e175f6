"""Check 26: the compiled loss against the one that Python runs line after line."""

from collections.abc import Iterable
from dataclasses import replace
from dis import get_instructions
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.memory import traceable
from lossary.adapters.foreign.objective_signs import codes_of
from lossary.verifier.finding import Call, Finding, fail, info
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.rule import check

SLOW = ("torch",)
"""Hosts whose compiler takes longer than all other checks together."""
SIGNS = {"item", "tolist", "numpy", "apply", "np", "math", "random", "time", "global"}
"""Names in the code of a loss that a compiler may stumble over."""
PRECISION = {"jax": "float64", "others": "float32"}
ROUNDINGS = 2e-4
"""A compiler may take sums in another order; single precision then differs by this much."""


def _compilable(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if subject.host.name == "numpy":
        return "NumPy compiles nothing"
    slow = subject.host.name in SLOW and not subject.thorough
    if slow and not SIGNS & _names(subject):
        return "a compiler takes a second: --thorough"
    return None


@check(
    number=26,
    reason="A loss that is compiled is another programme: what Python computed while it was traced"
    " is a constant in it, silently.",
    rule="FAIL where the compiled value or gradient differs; INFO where it cannot be compiled in"
    " one piece.",
    evidence=("pytorch#180642", "pytorch#136662", "transformers#34615"),
    applies=_compilable,
)
def compiled(subject: Any) -> Iterable[Finding]:
    """The compiled loss gives the value and the gradient of the eager one."""
    plain = eager(subject)
    try:
        fast = _fast(subject, plain)
        if fast is None:
            return
        for seed in (0, 1):
            batch = subject.draw(seed)
            differs = _differs(plain, fast, batch)
            if differs is not None:
                yield _differing(subject, batch, *differs)
                return
    except CandidateError as error:
        yield _cannot(error)


def _fast(subject: Any, plain: Any) -> Any:
    """Return the compiled loss; with JAX that is how it has been called all along."""
    if _in_passing(subject):
        traceable(subject.candidate, *over(subject, subject.typical, PRECISION["jax"]))
        return subject
    other = subject.candidate.compiled("float32")
    return None if other is None else replace(plain, candidate=other)


def _in_passing(subject: Any) -> bool:
    return subject.host.name == "jax" and not subject.thorough


def _differing(subject: Any, batch: Any, what: str, before: float, after: float) -> Finding:
    return fail(
        f"Compiled, the {what} is {after:.6g} and not {before:.6g}.",
        subject.example(
            Call(batch, after, None, "float32", says="compiled"), expected=f"{before:.6g}"
        ),
        cause="a number taken out of an array (item, numpy, a global) stays as it was when the loss"
        " was traced, or a backward pass written by hand",
        mend="stay with the framework's own operations on arrays",
    )


def _differs(plain: Any, fast: Any, batch: Any) -> tuple[str, float, float] | None:
    precision = PRECISION["jax" if _in_passing(plain) else "others"]
    pairs = [("value", *(each.value(batch, precision) for each in (plain, fast)))]
    if plain.host.slopes and not _in_passing(plain):
        slopes = [each.slope(batch, precision=precision) for each in (plain, fast)]
        if all(each is not None for each in slopes):
            pairs.append(("gradient", *slopes))
    for what, before, after in pairs:
        if np.shape(before) != np.shape(after):
            return what, float(np.sum(before)), float(np.sum(after))
        off = np.abs(before - after) > ROUNDINGS * (np.abs(before).max(initial=0) + 1e-6)
        odd = np.isnan(before) != np.isnan(after)
        if (off | odd).any():
            place = int(np.argmax(np.ravel(off | odd)))
            return what, float(np.ravel(before)[place]), float(np.ravel(after)[place])
    return None


def _cannot(error: Exception) -> Finding:
    words = str(error).strip().splitlines()[0][:160]
    return info(f"It cannot be compiled in one piece: {words}")


def _names(subject: Any) -> set[str]:
    """Return the names that the code of the loss uses."""
    loss = subject.candidate.live
    method = next((getattr(loss, n) for n in ("forward", "call") if hasattr(loss, n)), loss)
    codes = codes_of(method)
    known = {name for code in codes for name in code.co_names}
    stores = any(step.opname == "STORE_GLOBAL" for code in codes for step in get_instructions(code))
    return known | ({"global"} if stores else set())
