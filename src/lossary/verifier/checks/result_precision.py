"""Check 31: the value comes in the precision of the prediction."""

from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.finding import Finding, warn
from lossary.verifier.programme.calls import eager, over
from lossary.verifier.rule import always, check
from lossary.verifier.silence import silence


def _typed(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    plain = subject.host.name in ("torch", "jax")
    return None if plain else f"{subject.host.name} promotes in its own ways"


@check(
    number=31,
    reason="A double somewhere in a loss makes the whole backward pass a double one: twice the"
    " memory, a fraction of the speed, and an error where a device knows no doubles.",
    rule="WARN where single precision comes back as double.",
    evidence=("pytorch#3879",),
    applies=_typed,
)
def result_precision(subject: Any) -> Iterable[Finding]:
    """A prediction in single precision gives a value in single precision."""
    subject = eager(subject)
    batch = subject.typical
    if batch[subject.contract.prediction.name].dtype.kind != "f":
        return
    arrays, names = over(subject, batch, "float32")
    try:
        with silence():
            found = subject.candidate(arrays, names)
    except CandidateError:
        return
    if subject.host.owns(found) and subject.host.precision(found) == "float64":
        yield warn(
            "From arrays in single precision it computes a value in double precision.",
            subject.example(subject.call(batch, "float32"), expected="float32"),
            cause="a constant from NumPy, torch.float64 or .double() within",
            mend="make constants like the prediction: torch.as_tensor(c, dtype=prediction.dtype)",
        )
