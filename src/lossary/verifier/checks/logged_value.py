"""Check 42: the value that is logged is the value that is minimised."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.rule import check
from lossary.verifier.silence import silence

LOSS = re.compile(r"((train|logged|log|last|current)_)?(loss|loss_value|objective)", re.IGNORECASE)
TOTAL = re.compile(r"(total|full|overall)(_loss|_objective)?|loss_total", re.IGNORECASE)


@check(
    number=42,
    reason="Curves and early stopping follow the logged number; where it is another than the one"
    " that is minimised they tell of another training.",
    rule="FAIL where an entry that is called the total differs from the value, WARN for one that is"
    " called the loss.",
    evidence=("DeepSpec#34", "transformers#35651", "pytorch-lightning#12354"),
)
def logged_value(subject: Any) -> Iterable[Finding]:
    """What a loss reports as the loss is what it returns."""
    subject = eager(subject)
    batch = subject.typical
    arrays, names = over(subject, batch, "float64")
    try:
        with silence():
            raw = subject.candidate.raw(arrays, names)
    except CandidateError:
        return
    rest = raw[1:] if isinstance(raw, tuple | list) else [raw]
    value = float(np.sum(subject.value(batch)))
    for name, logged in _logged(subject, rest):
        if np.isclose(logged, value, rtol=1e-4, atol=1e-9):
            continue
        told = fail if TOTAL.fullmatch(name) else warn
        yield told(
            f"It returns {value:.6g} and logs {logged:.6g} as {name!r}.",
            subject.example(subject.call(batch), expected=f"{value:.6g} logged as {name!r}"),
            cause="the logged number is taken before a term, a weight or the reduction",
            mend=f"log the value that is returned: {{{name!r}: loss.detach()}}",
        )
        return


def _logged(subject: Any, rest: Any) -> Iterator[tuple[str, float]]:
    """Yield the numbers that are called the loss, in tables that come back and on the object."""
    held = vars(subject.candidate.live) if hasattr(subject.candidate.live, "__dict__") else {}
    for each in (*rest, {n: v for n, v in held.items() if n.startswith(("last_", "logged_"))}):
        for name, found in each.items() if isinstance(each, Mapping) else ():
            if not LOSS.fullmatch(str(name)) and not TOTAL.fullmatch(str(name)):
                continue
            try:
                number = np.asarray(subject.host.numpy(found), dtype=np.float64)
            except (TypeError, ValueError, AttributeError):
                continue
            if number.size == 1:
                yield str(name), float(number.ravel()[0])
